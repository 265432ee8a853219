// kaido login --state, kaido login --extend, kaido logout
#include <utility>

#include "commands/commands.hpp"
#include "commands/login_common.hpp"
#include "login/saved_session.hpp"
#include "text_login.hpp"

namespace kaido::cli::commands {
namespace {

namespace json = boost::json;

Exit tell_none(const Options& options, const char* outcome, const char* words, Exit exit) {
  if (options.json)
    print_json(json::object{{"outcome", outcome}});
  else
    print(words);
  return exit;
}

/// Is it over anyway, by the hub's clock?
bool is_over(const login::SavedSession& saved, const login::Around& around) {
  return around.now() + saved.offset >= saved.ends;
}

}  // namespace

Exit own_session(const Options& options, portal::Verb verb) {
  const auto around = login_around();
  const auto loaded = login::load_session(around.session_file);
  if (!loaded) return fail(options, loaded.error());
  const auto& saved = *loaded;
  if (!saved) return tell_none(options, "none", text::no_own_session, Exit::not_working);
  const auto answer = login::of_session(*saved, verb, around);
  if (!answer) return fail(options, answer.error());
  const auto& lives = *answer;
  if (!lives) return tell_none(options, "ended", text::own_session_over, Exit::not_working);
  const auto& done = *lives;
  if (options.json)
    print_json(to_json(done));
  else if (verb == portal::Verb::extend)
    print(text::session_extended_until(done.session));
  else
    print(text::logged_in(done.saved.hub, done.session) + text::reaches(done.session) +
          clock_note(done));
  if (done.not_kept) return options.json ? Exit::failed : fail(options, *done.not_kept);
  return options.watch ? watch_session(options, done) : Exit::fine;
}

Exit log_out(const Options& options) {
  const auto around = login_around();
  const auto loaded = login::load_session(around.session_file);
  if (!loaded) return fail(options, loaded.error());
  const auto& saved = *loaded;
  if (!saved) return tell_none(options, "none", text::no_own_session, Exit::fine);
  const auto answer = login::of_session(*saved, portal::Verb::log_out, around);
  if (answer && !*answer)
    return tell_none(options, "ended", text::logged_out(saved->hub).c_str(), Exit::fine);
  if (is_over(*saved, around)) {
    if (const auto gone = login::forget(*saved, around); !gone) return fail(options, gone.error());
    return tell_none(options, "ended", text::own_session_was_over, Exit::fine);
  }
  if (answer) return fail(options, {Exit::failed, "hub-refused", text::session_refused, {}, {}});
  auto failure = answer.error();
  if (failure.remedy.empty()) failure.remedy = text::still_on_hub(saved->ends);
  return fail(options, failure);
}

}  // namespace kaido::cli::commands
