// kaido session list, show, end, extend
#include <algorithm>
#include <cstdint>

#include "commands/commands.hpp"
#include "commands/people_common.hpp"
#include "decode.hpp"
#include "output/moment.hpp"
#include "output/people.hpp"
#include "text_people.hpp"

namespace kaido::cli::commands {
namespace {

constexpr std::size_t least_digits = 4;

/// The sessions of a list whose id begins with these digits.
json::array beginning_with(const json::array& all, const std::string& id) {
  json::array found;
  for (const auto& item : all) {
    SessionReport session;
    if (item.is_object()) decode(item.get_object(), session);
    if (session.id.starts_with(id)) found.push_back(item);
  }
  return found;
}

/// A living one, else one that has ended: as the daemon takes an id.
Outcome<json::object> find(Client& client, const std::string& id) {
  if (id.size() < least_digits)
    return std::unexpected(Failure{Exit::usage, "", text::short_session, {}, {}});
  for (const bool all : {false, true}) {
    const auto sessions = client.sessions(all);
    if (!sessions) return std::unexpected(sessions.error());
    auto found = beginning_with(*sessions, id);
    if (found.size() > 1)
      return std::unexpected(
          Failure{Exit::usage, "", text::several_sessions(id, found.size()), {}, {}});
    if (found.size() == 1) return std::move(found.front().as_object());
  }
  return std::unexpected(
      Failure{Exit::failed, "not-found", text::no_such_session(id), {}, text::see_sessions});
}

}  // namespace

Exit session_list(const Options& options) {
  const bool all = options.people.all;
  const auto sessions = ask([=](Client& client) { return client.sessions(all); });
  if (!sessions) return fail(options, sessions.error());
  if (options.json)
    print_json(json::object{{"sessions", *sessions}});
  else
    print(draw_sessions(decode_list<SessionReport>(*sessions), all, now(), Style::for_stdout()));
  return Exit::fine;
}

Exit session_show(const Options& options) {
  const auto found = ask([&](Client& client) { return find(client, options.people.session); });
  if (!found) return fail(options, found.error());
  if (options.json) {
    print_json(json::object{{"session", *found}});
    return Exit::fine;
  }
  SessionReport session;
  decode(*found, session);
  print(draw_session(session, now(), Style::for_stdout()));
  return Exit::fine;
}

Exit session_end(const Options& options) {
  const auto ended =
      ask([&](Client& client) { return client.end_session(options.people.session); });
  if (!ended) return fail_about(options, ended.error(), text::see_sessions);
  if (options.json)
    print_json(json::object{{"session", *ended}});
  else
    print(text::session_ended(printable(*ended)));
  return Exit::fine;
}

Exit session_extend(const Options& options) {
  const auto& people = options.people;
  const auto end =
      ask([&](Client& client) { return client.extend_session(people.session, people.minutes); });
  if (!end) return fail_about(options, end.error(), text::see_sessions);
  if (options.json)
    print_json(json::object{{"ends", *end}});
  else
    print(text::session_extended(end_at(*end, now())));
  return Exit::fine;
}

}  // namespace kaido::cli::commands
