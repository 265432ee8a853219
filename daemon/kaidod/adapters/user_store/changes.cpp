#include "adapters/user_store/changes.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

namespace kaido::user_store {
namespace {

using Db = const SQLite::Database&;

std::string user_named(std::string_view name) { return fmt::format("user \"{}\"", name); }
std::string device_named(std::string_view user, std::string_view name) {
  return fmt::format("device \"{}/{}\"", user, name);
}
std::string session_named(std::string_view id) { return fmt::format("session \"{}\"", id); }

bool has_user(Db db, std::string_view name) {
  return any(db, "SELECT 1 FROM users WHERE name = ?", name);
}

/// Where a change that concerns one thing found it.
Result<void> found(int rows, std::string detail) {
  if (rows != 0) return {};
  return failure(Condition::not_found, std::move(detail));
}

void set_groups(Db db, const session::User& user) {
  run(db, "DELETE FROM user_groups WHERE user_name = ?", user.name);
  for (const auto& group : user.groups)
    run(db, "INSERT INTO user_groups (user_name, group_name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        user.name, group);
}

Result<void> apply_to(Db db, const change::AddUser& add) {
  const auto& user = add.user;
  if (has_user(db, user.name)) return failure(Condition::already_exists, user_named(user.name));
  run(db, "INSERT INTO users (name, display, enabled, created, policy) VALUES (?, ?, ?, ?, ?)",
      user.name, user.display, user.enabled, user.created,
      std::string_view(session::to_string(user.policy)));
  set_groups(db, user);
  return {};
}

Result<void> apply_to(Db db, const change::SetUser& set) {
  const auto& user = set.user;
  if (run(db, "UPDATE users SET display = ?, enabled = ?, policy = ? WHERE name = ?", user.display,
          user.enabled, std::string_view(session::to_string(user.policy)), user.name) == 0)
    return failure(Condition::not_found, user_named(user.name));
  set_groups(db, user);
  return {};
}

void forget(Db db, session::SubjectKind kind, std::string name) {
  const session::Subject subject{.kind = kind, .name = std::move(name)};
  run(db, "DELETE FROM failures WHERE subject = ?", subject.key());
}

/// What hangs on the user goes by the foreign keys; failures have none.
Result<void> apply_to(Db db, const change::RemoveUser& remove) {
  auto device = prepare(db, "SELECT fingerprint FROM devices WHERE user_name = ?", remove.name);
  while (device.executeStep()) {
    std::string fingerprint;
    for (const auto byte : bytes(device, 0)) fingerprint += fmt::format("{:02x}", byte);
    forget(db, session::SubjectKind::device, std::move(fingerprint));
  }
  forget(db, session::SubjectKind::user, remove.name);
  return found(run(db, "DELETE FROM users WHERE name = ?", remove.name), user_named(remove.name));
}

Result<void> apply_to(Db db, const change::SetOtp& set) {
  if (!has_user(db, set.user)) return failure(Condition::not_found, user_named(set.user));
  run(db, "DELETE FROM otp WHERE user_name = ?", set.user);
  run(db,
      "INSERT INTO otp (user_name, sealed, algorithm, digits, period, used_step, confirmed) "
      "VALUES (?, ?, ?, ?, ?, 0, 0)",
      set.user, set.otp.sealed, std::string_view(session::to_string(set.otp.shape.algorithm)),
      set.otp.shape.digits, set.otp.shape.period);
  return {};
}

std::unexpected<Error> no_otp(Db db, std::string_view user) {
  return failure(Condition::not_found,
                 (has_user(db, user) ? "one-time password of " : "") + user_named(user));
}

Result<void> apply_to(Db db, const change::ConfirmOtp& confirm) {
  if (run(db, "UPDATE otp SET confirmed = 1 WHERE user_name = ?", confirm.user) != 0) return {};
  return no_otp(db, confirm.user);
}

/// One statement that looks and writes: of two that use one step, one wins.
Result<void> apply_to(Db db, const change::UseStep& use) {
  if (std::in_range<std::int64_t>(use.step) &&
      run(db, "UPDATE otp SET used_step = ? WHERE user_name = ? AND used_step < ?", use.step,
          use.user, use.step) != 0)
    return {};
  if (!any(db, "SELECT 1 FROM otp WHERE user_name = ?", use.user)) return no_otp(db, use.user);
  return failure(Condition::login_refused, "the code was used before, or one after it");
}

Result<void> apply_to(Db db, const change::SetCodes& set) {
  if (!has_user(db, set.user)) return failure(Condition::not_found, user_named(set.user));
  run(db, "DELETE FROM codes WHERE user_name = ? AND bypass = ?", set.user, set.bypass);
  for (const auto& code : set.codes)
    run(db,
        "INSERT INTO codes (user_name, hash, bypass, valid_until) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        set.user, code.hash, set.bypass, code.until);
  return {};
}

/// The same as with UseStep.
Result<void> apply_to(Db db, const change::UseCode& use) {
  if (run(db,
          "DELETE FROM codes WHERE user_name = ? AND hash = ? AND "
          "(valid_until IS NULL OR valid_until > ?)",
          use.user, use.hash, use.now) != 0)
    return {};
  return failure(Condition::login_refused, "the code was used before, or its time is over");
}

/// Whose device a certificate, key or address is that another one wants.
template <typename... Values>
Result<void> free_for(Db db, const char* sql, std::string_view what, const Values&... values) {
  auto row = prepare(db, sql, values...);
  if (!row.executeStep()) return {};
  return failure(Condition::already_exists, fmt::format("the {} is that of {}", what,
                                                        device_named(text(row, 0), text(row, 1))));
}

Result<void> device_fits(Db db, const session::Device& device) {
  if (!has_user(db, device.user)) return failure(Condition::not_found, user_named(device.user));
  if (any(db, "SELECT 1 FROM devices WHERE user_name = ? AND name = ?", device.user, device.name))
    return failure(Condition::already_exists, device_named(device.user, device.name));
  auto fits = free_for(db, "SELECT user_name, name FROM devices WHERE fingerprint = ?",
                       "certificate", device.fingerprint);
  if (fits && device.wireguard_key)
    fits = free_for(db, "SELECT user_name, name FROM devices WHERE wireguard_key = ?",
                    "WireGuard key", *device.wireguard_key);
  for (const auto& address : device.addresses)
    if (fits)
      fits = free_for(db, "SELECT user_name, device_name FROM device_addresses WHERE address = ?",
                      "address " + address.to_string(), address.to_string());
  return fits;
}

Result<void> apply_to(Db db, const change::AddDevice& add) {
  const auto& device = add.device;
  if (auto fits = device_fits(db, device); !fits) return fits;
  std::optional<std::string_view> policy;
  if (device.policy) policy = session::to_string(*device.policy);
  run(db,
      "INSERT INTO devices (user_name, name, fingerprint, subject, not_after, certificate, "
      "wireguard_key, enabled, created, policy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      device.user, device.name, device.fingerprint, device.subject, device.not_after,
      device.certificate, device.wireguard_key, device.enabled, device.created, policy);
  std::int64_t place = 0;
  for (const auto& address : device.addresses)
    if (run(db,
            "INSERT INTO device_addresses (address, user_name, device_name, place) "
            "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            address.to_string(), device.user, device.name, place++) == 0)
      return failure(Condition::already_exists, "the address " + address.to_string() + " twice");
  return {};
}

Result<void> apply_to(Db db, const change::SetDevice& set) {
  return found(run(db, "UPDATE devices SET enabled = ? WHERE user_name = ? AND name = ?",
                   set.enabled, set.user, set.name),
               device_named(set.user, set.name));
}

/// One statement that looks and writes, as with UseStep.
Result<void> apply_to(Db db, const change::SetDeviceKey& set) {
  const auto name = device_named(set.user, set.device);
  if (auto fits = free_for(db,
                           "SELECT user_name, name FROM devices WHERE wireguard_key = ? AND NOT "
                           "(user_name = ? AND name = ?)",
                           "WireGuard key", set.key, set.user, set.device);
      !fits)
    return fits;
  if (run(db,
          "UPDATE devices SET wireguard_key = ? WHERE user_name = ? AND name = ? AND "
          "(wireguard_key IS NULL OR wireguard_key = ?)",
          set.key, set.user, set.device, set.key) != 0)
    return {};
  if (!any(db, "SELECT 1 FROM devices WHERE user_name = ? AND name = ?", set.user, set.device))
    return failure(Condition::not_found, name);
  return failure(Condition::already_exists, "another WireGuard key of " + name);
}

Result<void> apply_to(Db db, const change::RemoveDevice& remove) {
  return found(
      run(db, "DELETE FROM devices WHERE user_name = ? AND name = ?", remove.user, remove.name),
      device_named(remove.user, remove.name));
}

Result<void> apply_to(Db db, const change::OpenSession& open) {
  const auto& session = open.session;
  std::optional<std::string_view> reason;
  if (session.reason) reason = session::to_string(*session.reason);
  if (run(db,
          "INSERT INTO sessions (id, user_name, device_name, door, source, preshared, started, "
          "ends, "
          "ended, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
          session.id, session.user, session.device,
          std::string_view(session::to_string(session.door)), session.source,
          session::WallTime{session.preshared ? 1 : 0}, session.started, session.ends,
          session.ended, reason) == 0)
    return failure(Condition::already_exists, session_named(session.id));
  return {};
}

Result<void> apply_to(Db db, const change::EndSessions& end) {
  const std::string_view reason = session::to_string(end.reason);
  if (!end.id.empty()) {
    run(db, "UPDATE sessions SET ended = ?, reason = ? WHERE id = ? AND ended = 0 AND ends > ?",
        end.at, reason, end.id, end.at);
  } else if (end.device.empty()) {
    run(db,
        "UPDATE sessions SET ended = ?, reason = ? WHERE user_name = ? AND ended = 0 AND ends > ?",
        end.at, reason, end.user, end.at);
  } else {
    run(db,
        "UPDATE sessions SET ended = ?, reason = ? WHERE user_name = ? AND device_name = ? AND "
        "ended = 0 AND ends > ?",
        end.at, reason, end.user, end.device, end.at);
  }
  return {};
}

Result<void> apply_to(Db db, const change::ExtendSession& extend) {
  return found(run(db, "UPDATE sessions SET ends = ? WHERE id = ? AND ended = 0 AND ends > ?",
                   extend.ends, extend.id, extend.now),
               session_named(extend.id));
}

Result<void> apply_to(Db db, const change::EndExpired& end) {
  run(db, "UPDATE sessions SET ended = ends, reason = ? WHERE ended = 0 AND ends <= ?",
      std::string_view(session::to_string(session::EndReason::expired)), end.now);
  return {};
}

Result<void> apply_to(Db db, const change::ForgetSessions& forget) {
  run(db, "DELETE FROM sessions WHERE ended > 0 AND ended < ?", forget.ended_before);
  return {};
}

Result<void> apply_to(Db db, const change::SetFailures& set) {
  const auto& failures = set.failures;
  // Those that count no more go too: an attacker with many addresses shall not fill the disk.
  run(db, "DELETE FROM failures WHERE last_at < ? OR subject = ?",
      failures.last - std::int64_t{session::kForgotten}, failures.subject);
  if (failures.count != 0)
    run(db, "INSERT INTO failures (subject, failed, last_at) VALUES (?, ?, ?)", failures.subject,
        failures.count, failures.last);
  return {};
}

}  // namespace

Result<void> apply(Db database, const Change& change) {
  return std::visit([&](const auto& what) { return apply_to(database, what); }, change);
}

}  // namespace kaido::user_store
