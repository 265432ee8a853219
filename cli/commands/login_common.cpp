#include "commands/login_common.hpp"

#include <algorithm>
#include <boost/json/value_from.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "commands/people_common.hpp"
#include "login/countdown.hpp"
#include "login/settings.hpp"
#include "login/tunnel.hpp"
#include "text_login.hpp"

namespace kaido::cli::commands {
namespace {

/// After that, what another run of `kaido` did is seen.
constexpr std::int64_t look_every = 30;

json::array in_json(const std::vector<Prefix>& prefixes) {
  json::array array;
  for (const auto& prefix : prefixes) array.emplace_back(prefix.to_string());
  return array;
}

Exit over(const Options& options) {
  if (options.json)
    print_json(json::object{{"outcome", "ended"}});
  else
    print(text::own_session_over);
  return Exit::session_over;
}

}  // namespace

login::Around login_around() {
  return {.code = {},
          .passphrase = login::ask_on_terminal,
          .bring_up = login::bring_up,
          .take_down = login::take_down,
          .session_file = login::session_file(),
          .now = now,
          .timeouts = {}};
}

json::object to_json(const login::LoggedIn& done) {
  const auto& session = done.session;
  return {{"outcome", "admitted"},
          {"hub", done.saved.hub.to_string()},
          {"session", session.id},
          {"ends", session.ends},
          {"now", session.now},
          {"hub_key", session.hub_key ? to_base64(*session.hub_key) : std::string()},
          {"port", session.port},
          {"addresses", in_json(session.addresses)},
          {"networks", in_json(session.networks)},
          {"not_kept", done.not_kept ? json::value_from(done.not_kept->message) : json::value()}};
}

std::string clock_note(const login::LoggedIn& done) {
  constexpr std::int64_t much = 60;
  const auto offset = done.saved.offset;
  return std::abs(offset) < much ? std::string() : text::clock_differs(offset);
}

Exit watch_session(const Options& options, const login::LoggedIn& done) {
  login::Countdown countdown(done.session.now, login::steady_seconds());
  auto ends = done.session.ends;
  for (;;) {
    const auto saved = login::load_session(login::session_file());
    // Another run of `kaido` may have extended it, or ended it.
    if (saved && !done.not_kept) {
      const auto& now = *saved;
      if (!now || now->session != done.session.id) return over(options);
      ends = now->ends;
    }
    const auto own = login::steady_seconds();
    const auto warning = countdown.look(ends, own);
    if (warning == login::Warning::over) {
      // A file that stays says the same by its end.
      [[maybe_unused]] const auto gone = login::forget(done.saved, login_around());
      return over(options);
    }
    const auto left = countdown.left(ends, own);
    if (warning == login::Warning::soon && options.json)
      print_json(json::object{{"outcome", "ends-soon"}, {"left", left}});
    else if (warning == login::Warning::soon)
      print(text::ends_soon(left));
    std::this_thread::sleep_for(
        std::chrono::seconds(std::min(countdown.pause(ends, own), look_every)));
  }
}

}  // namespace kaido::cli::commands
