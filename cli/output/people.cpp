#include "output/people.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/people.hpp"
#include "output/moment.hpp"
#include "output/table.hpp"
#include "text_people.hpp"

namespace kaido::cli {
namespace {

constexpr std::size_t shown_of_id = 8;
/// A certificate that ends sooner is worth a second look.
constexpr std::int64_t soon = 14 * std::int64_t{86'400};

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string heading(const std::string& text, const Style& style) {
  return style.paint(Colour::bold, text) + '\n';
}

Table::Cell state(bool enabled) {
  return enabled ? Table::Cell{text::person_enabled, Colour::green}
                 : Table::Cell{text::person_disabled, Colour::dim};
}

Colour colour_of_otp(const UserReport& user) {
  return user.otp == "confirmed" ? Colour::none : Colour::yellow;
}

Table::Cell certificate_end(const DeviceReport& device, std::int64_t now) {
  const auto colour = device.not_after <= now          ? Colour::red
                      : device.not_after - now <= soon ? Colour::yellow
                                                       : Colour::none;
  return {end_at(device.not_after, now), colour};
}

/// A code that counts no more is none.
std::string bypass(const UserReport& user, std::int64_t now) {
  return user.bypass_until > now ? end_at(user.bypass_until, now) : std::string();
}

/// Where all are as usual the column is left out.
std::string special_policy(const UserReport& user) {
  const bool usual = user.policy == to_string(session::Policy::certificate_and_otp);
  return usual ? std::string() : user.policy;
}

Table device_table(const std::vector<DeviceReport>& devices, bool with_user, std::int64_t now) {
  Table table(2);
  table.titles({text::column_user, text::column_person_device, text::column_state,
                text::column_policy, text::column_addresses, text::column_certificate_end});
  for (const auto& device : devices)
    table.add({{with_user ? device.user : ""},
               {device.name},
               state(device.enabled),
               {device.policy},
               {joined(device.addresses)},
               certificate_end(device, now)});
  return table;
}

Table::Cell session_state(const SessionReport& session) {
  return session.alive ? Table::Cell{text::session_alive, Colour::green}
                       : Table::Cell{text::session_end(session.reason), Colour::dim};
}

std::string session_until(const SessionReport& session, std::int64_t now) {
  if (session.alive) return end_at(session.ends, now);
  return local_minute(session.ended == 0 ? session.ends : session.ended);
}

Table session_table(const std::vector<SessionReport>& sessions, bool with_user, std::int64_t now) {
  Table table(2);
  table.titles({text::column_session, text::column_user, text::column_person_device,
                text::column_state, text::column_door, text::column_source, text::column_started,
                text::column_ends});
  for (const auto& session : sessions)
    table.add({{session.id.substr(0, shown_of_id)},
               {with_user ? session.user : ""},
               {session.device},
               session_state(session),
               {text::door(session.door)},
               {session.source},
               {local_minute(session.started)},
               {session_until(session, now)}});
  return table;
}

}  // namespace

std::string draw_users(const std::vector<UserReport>& users, std::int64_t now, const Style& style) {
  if (users.empty()) return text::no_users;
  Table table(2);
  table.titles({text::column_user, text::column_display, text::column_state, text::column_groups,
                text::column_policy, text::column_otp, text::column_recovery, text::column_bypass});
  table.align_right(6);
  for (const auto& user : users)
    table.add({{user.name},
               {user.display},
               state(user.enabled),
               {joined(user.groups)},
               {special_policy(user)},
               {text::otp_state(user.otp), colour_of_otp(user)},
               {fmt::format("{}", user.recovery_codes)},
               {bypass(user, now)}});
  return heading(text::heading_users(users.size()), style) + table.draw(style);
}

std::string draw_user(const UserReport& user, const std::vector<DeviceReport>& devices,
                      const std::vector<SessionReport>& sessions, std::int64_t now,
                      const Style& style) {
  auto title = printable(user.name);
  if (!user.display.empty()) title += "  " + printable(user.display);
  Table table(2);
  const auto& [word, colour] = state(user.enabled);
  table.add({{text::label_state}, {word, colour}});
  table.add({{text::label_groups},
             user.groups.empty() ? Table::Cell{text::without_groups, Colour::yellow}
                                 : Table::Cell{joined(user.groups)}});
  table.add({{text::label_policy}, {user.policy}});
  table.add({{text::label_otp}, {text::otp_in_full(user), colour_of_otp(user)}});
  table.add({{text::label_recovery}, {text::recovery_left(user.recovery_codes)}});
  if (const auto until = bypass(user, now); !until.empty())
    table.add({{text::label_bypass}, {until}});
  table.add({{text::label_added}, {local_minute(user.created)}});
  auto drawn = heading(title, style) + table.draw(style);
  drawn += '\n' + heading(text::heading_devices(devices.size()), style);
  if (!devices.empty()) drawn += device_table(devices, false, now).draw(style);
  drawn += '\n' + heading(text::heading_living_sessions(sessions.size()), style);
  if (!sessions.empty()) drawn += session_table(sessions, false, now).draw(style);
  return drawn;
}

std::string draw_devices(const std::vector<DeviceReport>& devices, std::int64_t now,
                         const Style& style) {
  if (devices.empty()) return text::no_devices;
  return heading(text::heading_devices(devices.size()), style) +
         device_table(devices, true, now).draw(style);
}

std::string draw_device(const DeviceReport& device, std::int64_t now, const Style& style) {
  Table table(2);
  table.add({{text::label_state}, state(device.enabled)});
  if (!device.policy.empty()) table.add({{text::label_policy}, {device.policy}});
  if (!device.addresses.empty()) table.add({{text::label_addresses}, {joined(device.addresses)}});
  table.add({{text::label_subject}, {device.subject}});
  table.add({{text::label_certificate_end}, certificate_end(device, now)});
  table.add({{text::label_fingerprint}, {device.fingerprint}});
  if (!device.wireguard_key.empty())
    table.add({{text::label_wireguard_key}, {device.wireguard_key}});
  return table.draw(style);
}

std::string draw_sessions(const std::vector<SessionReport>& sessions, bool all, std::int64_t now,
                          const Style& style) {
  if (sessions.empty()) return all ? text::no_sessions : text::no_living_sessions;
  const auto title = all ? text::heading_sessions(sessions.size())
                         : text::heading_living_sessions(sessions.size());
  return heading(title, style) + session_table(sessions, true, now).draw(style);
}

std::string draw_session(const SessionReport& session, std::int64_t now, const Style& style) {
  Table table(2);
  table.add({{text::label_state}, session_state(session)});
  table.add({{text::label_user}, {session.user}});
  table.add({{text::label_person_device}, {session.device}});
  table.add({{text::label_door}, {text::door(session.door)}});
  table.add({{text::label_source}, {session.source}});
  table.add({{text::label_started}, {local_time(session.started)}});
  table.add({{text::label_ends}, {end_at(session.ends, now)}});
  if (session.ended != 0) table.add({{text::label_ended}, {local_time(session.ended)}});
  return heading(printable(session.id), style) + table.draw(style);
}

}  // namespace kaido::cli
