#include "adapters/user_store/reading.hpp"

#include <map>
#include <utility>

namespace kaido::user_store {
namespace {

constexpr std::string_view kUsers =
    "SELECT u.name, u.display, u.enabled, u.created, o.algorithm, o.digits, o.period, o.confirmed, "
    "(SELECT COUNT(*) FROM codes c WHERE c.user_name = u.name AND c.bypass = 0), "
    "(SELECT MAX(c.valid_until) FROM codes c WHERE c.user_name = u.name AND c.bypass = 1), "
    "u.policy FROM users u LEFT JOIN otp o ON o.user_name = u.name ";
constexpr std::string_view kDevices =
    "SELECT user_name, name, fingerprint, subject, not_after, certificate, wireguard_key, enabled, "
    "created, policy FROM devices ";
constexpr std::string_view kSessions =
    "SELECT id, user_name, device_name, door, source, preshared, started, ends, ended, reason FROM "
    "sessions ";

template <typename... Values>
SQLite::Statement select(const SQLite::Database& database, std::string_view what,
                         std::string_view where, const Values&... values) {
  return prepare(database, std::string(what).append(where).c_str(), values...);
}

session::OtpShape shape_of(const SQLite::Statement& row, int first) {
  return {.algorithm = expect(session::parse_algorithm(text(row, first)), "otp"),
          .digits = small_number<std::uint8_t>(row, first + 1, "otp"),
          .period = small_number<std::uint16_t>(row, first + 2, "otp")};
}

session::User user_of(const SQLite::Statement& row) {
  session::User user{.name = text(row, 0),
                     .display = text(row, 1),
                     .enabled = flag(row, 2),
                     .groups = {},
                     .created = number(row, 3),
                     .policy = expect(session::parse_policy(text(row, 10)), "users"),
                     .otp = {},
                     .recovery_codes = small_number<std::uint32_t>(row, 8, "codes"),
                     .bypass_until = {}};
  if (!row.isColumnNull(4)) {
    user.otp = shape_of(row, 4);
    user.otp_confirmed = flag(row, 7);
  }
  if (!row.isColumnNull(9)) user.bypass_until = number(row, 9);
  return user;
}

session::Device device_of(const SQLite::Statement& row) {
  session::Device device{.user = text(row, 0),
                         .name = text(row, 1),
                         .fingerprint = expect(hash_at(row, 2), "devices"),
                         .subject = text(row, 3),
                         .not_after = number(row, 4),
                         .certificate = text(row, 5),
                         .wireguard_key = {},
                         .addresses = {},
                         .enabled = flag(row, 7),
                         .created = number(row, 8),
                         .policy = {}};
  if (!row.isColumnNull(6)) device.wireguard_key = expect(hash_at(row, 6), "devices");
  if (!row.isColumnNull(9)) device.policy = expect(session::parse_policy(text(row, 9)), "devices");
  return device;
}

session::Session session_of(const SQLite::Statement& row) {
  session::Session session{.id = text(row, 0),
                           .user = text(row, 1),
                           .device = text(row, 2),
                           .door = expect(session::parse_door(text(row, 3)), "sessions"),
                           .source = text(row, 4),
                           .preshared = number(row, 5) != 0,
                           .started = number(row, 6),
                           .ends = number(row, 7),
                           .ended = number(row, 8),
                           .reason = {}};
  if (!row.isColumnNull(9))
    session.reason = expect(session::parse_end_reason(text(row, 9)), "sessions");
  return session;
}

IpAddress address_of(const SQLite::Statement& row, int column) {
  return expect(IpAddress::parse(text(row, column)), "device_addresses");
}

}  // namespace

std::vector<session::User> read_users(const SQLite::Database& database) {
  std::map<std::string, std::vector<std::string>> groups;
  auto member = prepare(
      database, "SELECT user_name, group_name FROM user_groups ORDER BY user_name, group_name");
  while (member.executeStep()) groups[text(member, 0)].push_back(text(member, 1));
  std::vector<session::User> users;
  auto row = select(database, kUsers, "ORDER BY u.name");
  while (row.executeStep()) {
    users.push_back(user_of(row));
    if (const auto found = groups.find(users.back().name); found != groups.end())
      users.back().groups = std::move(found->second);
  }
  return users;
}

std::optional<session::User> read_user(const SQLite::Database& database, std::string_view name) {
  auto row = select(database, kUsers, "WHERE u.name = ?", name);
  if (!row.executeStep()) return std::nullopt;
  auto user = user_of(row);
  auto member = prepare(
      database, "SELECT group_name FROM user_groups WHERE user_name = ? ORDER BY group_name", name);
  while (member.executeStep()) user.groups.push_back(text(member, 0));
  return user;
}

std::vector<session::Device> read_devices(const SQLite::Database& database) {
  std::map<std::pair<std::string, std::string>, std::vector<IpAddress>> addresses;
  auto address = prepare(database,
                         "SELECT user_name, device_name, address FROM device_addresses "
                         "ORDER BY user_name, device_name, place");
  while (address.executeStep())
    addresses[{text(address, 0), text(address, 1)}].push_back(address_of(address, 2));
  std::vector<session::Device> devices;
  auto row = select(database, kDevices, "ORDER BY user_name, name");
  while (row.executeStep()) {
    auto device = device_of(row);
    if (const auto found = addresses.find({device.user, device.name}); found != addresses.end())
      device.addresses = std::move(found->second);
    devices.push_back(std::move(device));
  }
  return devices;
}

std::optional<session::Device> read_device(const SQLite::Database& database,
                                           const session::Fingerprint& of) {
  auto row = select(database, kDevices, "WHERE fingerprint = ?", of);
  if (!row.executeStep()) return std::nullopt;
  auto device = device_of(row);
  auto address = prepare(database,
                         "SELECT address FROM device_addresses WHERE user_name = ? AND "
                         "device_name = ? ORDER BY place",
                         device.user, device.name);
  while (address.executeStep()) device.addresses.push_back(address_of(address, 0));
  return device;
}

std::optional<StoredOtp> read_otp(const SQLite::Database& database, std::string_view user) {
  auto row = prepare(database,
                     "SELECT sealed, algorithm, digits, period, used_step, confirmed FROM otp "
                     "WHERE user_name = ?",
                     user);
  if (!row.executeStep()) return std::nullopt;
  return StoredOtp{.sealed = bytes(row, 0),
                   .shape = shape_of(row, 1),
                   .used_step = small_number<std::uint64_t>(row, 4, "otp"),
                   .confirmed = flag(row, 5)};
}

std::vector<StoredCode> read_codes(const SQLite::Database& database, std::string_view user) {
  std::vector<StoredCode> codes;
  auto row = prepare(database,
                     "SELECT hash, bypass, valid_until FROM codes WHERE user_name = ? "
                     "ORDER BY bypass, hash",
                     user);
  while (row.executeStep()) {
    codes.push_back(
        {.hash = expect(hash_at(row, 0), "codes"), .bypass = flag(row, 1), .until = {}});
    if (!row.isColumnNull(2)) codes.back().until = number(row, 2);
  }
  return codes;
}

std::vector<session::Session> read_sessions(const SQLite::Database& database,
                                            std::optional<session::WallTime> living_at) {
  auto row = living_at
                 ? select(database, kSessions,
                          "WHERE ended = 0 AND ends > ? ORDER BY started DESC, id DESC", *living_at)
                 : select(database, kSessions, "ORDER BY started DESC, id DESC LIMIT 1000");
  std::vector<session::Session> sessions;
  while (row.executeStep()) sessions.push_back(session_of(row));
  return sessions;
}

std::optional<session::Session> read_session(const SQLite::Database& database,
                                             std::string_view id) {
  auto row = select(database, kSessions, "WHERE id = ?", id);
  return row.executeStep() ? std::optional(session_of(row)) : std::nullopt;
}

std::vector<session::Failures> read_failures(const SQLite::Database& database,
                                             std::span<const std::string> subjects) {
  std::vector<session::Failures> known;
  auto row = prepare(database, "SELECT subject, failed, last_at FROM failures WHERE subject = ?");
  for (const auto& subject : subjects) {
    row.reset();
    row.bind(1, subject);
    if (!row.executeStep()) continue;
    known.push_back({.subject = text(row, 0),
                     .count = small_number<std::uint32_t>(row, 1, "failures"),
                     .last = number(row, 2)});
  }
  return known;
}

}  // namespace kaido::user_store
