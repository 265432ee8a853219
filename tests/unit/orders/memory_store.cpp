#include "unit/orders/memory_store.hpp"

#include <algorithm>
#include <ranges>

namespace kaido::test {
namespace {

/// The same as in the other one, but for their words.
std::unexpected<Error> absent() { return failure(Condition::not_found, "it is not there"); }
std::unexpected<Error> taken() { return failure(Condition::already_exists, "it is there"); }
std::unexpected<Error> used() { return failure(Condition::login_refused, "it was used"); }

}  // namespace

Result<std::vector<session::User>> MemoryStore::users() {
  std::vector<session::User> all;
  for (const auto& name : tables.users | std::views::keys) all.push_back(*user(name).value());
  return all;
}

Result<std::optional<session::User>> MemoryStore::user(std::string_view name) {
  const auto found = tables.users.find(std::string(name));
  if (found == tables.users.end()) return std::nullopt;
  auto user = found->second;
  if (const auto otp = tables.otps.find(user.name); otp != tables.otps.end()) {
    user.otp = otp->second.shape;
    user.otp_confirmed = otp->second.confirmed;
  }
  for (const auto& code : codes(user.name).value()) {
    if (code.bypass)
      user.bypass_until = code.until;
    else
      ++user.recovery_codes;
  }
  return user;
}

Result<std::vector<session::Device>> MemoryStore::devices() {
  const auto all = tables.devices | std::views::values;
  return std::vector<session::Device>(all.begin(), all.end());
}

Result<std::optional<session::Device>> MemoryStore::device(const session::Fingerprint& of) {
  const auto all = tables.devices | std::views::values;
  const auto found = std::ranges::find(all, of, &session::Device::fingerprint);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

Result<std::optional<StoredOtp>> MemoryStore::otp(std::string_view user) {
  const auto found = tables.otps.find(std::string(user));
  return found == tables.otps.end() ? std::nullopt : std::optional(found->second);
}

Result<std::vector<StoredCode>> MemoryStore::codes(std::string_view user) {
  const auto found = tables.codes.find(std::string(user));
  return found == tables.codes.end() ? std::vector<StoredCode>() : found->second;
}

Result<std::vector<session::Session>> MemoryStore::sessions(
    std::optional<session::WallTime> living_at) {
  std::vector<session::Session> all;
  for (const auto& one : tables.sessions | std::views::reverse)
    if (!living_at || one.lives(*living_at)) all.push_back(one);
  return all;
}

Result<std::optional<session::Session>> MemoryStore::session(std::string_view id) {
  const auto found = std::ranges::find(tables.sessions, id, &session::Session::id);
  return found == tables.sessions.end() ? std::nullopt : std::optional(*found);
}

Result<std::vector<session::Failures>> MemoryStore::failures(
    std::span<const std::string> /*subjects*/) {
  return {};
}
Result<std::vector<session::AuditEntry>> MemoryStore::audit(const AuditQuery& /*query*/) {
  return {};
}
Result<AuditVerdict> MemoryStore::verify_audit() { return {}; }

Result<std::vector<Result<void>>> MemoryStore::commit(std::span<const Transaction> transactions) {
  std::vector<Result<void>> results;
  for (const auto& transaction : transactions) {
    // Most logins are refused, and change nothing here.
    const bool counts_only = std::ranges::all_of(transaction.changes, [](const Change& change) {
      return std::holds_alternative<change::SetFailures>(change);
    });
    auto& done = results.emplace_back();
    if (counts_only) continue;
    const auto before = tables;
    for (const auto& change : transaction.changes)
      if (done) done = std::visit([this](const auto& what) { return apply(what); }, change);
    if (done)
      written = true;
    else
      tables = before;
  }
  return results;
}

// ---- changes

Result<void> MemoryStore::apply(const change::AddUser& add) {
  if (!tables.users.emplace(add.user.name, add.user).second) return taken();
  return {};
}

Result<void> MemoryStore::apply(const change::SetUser& set) {
  const auto found = tables.users.find(set.user.name);
  if (found == tables.users.end()) return absent();
  auto& user = found->second;
  user.display = set.user.display;
  user.enabled = set.user.enabled;
  user.groups = set.user.groups;
  user.policy = set.user.policy;
  return {};
}

Result<void> MemoryStore::apply(const change::RemoveUser& remove) {
  if (tables.users.erase(remove.name) == 0) return absent();
  tables.otps.erase(remove.name);
  tables.codes.erase(remove.name);
  std::erase_if(tables.devices, [&](const auto& one) { return one.first.first == remove.name; });
  return {};
}

Result<void> MemoryStore::apply(const change::SetOtp& set) {
  if (!tables.users.contains(set.user)) return absent();
  auto& otp = tables.otps[set.user] = set.otp;
  otp.used_step = 0;
  otp.confirmed = false;
  return {};
}

Result<void> MemoryStore::apply(const change::ConfirmOtp& confirm) {
  const auto found = tables.otps.find(confirm.user);
  if (found == tables.otps.end()) return absent();
  found->second.confirmed = true;
  return {};
}

Result<void> MemoryStore::apply(const change::UseStep& use) {
  const auto found = tables.otps.find(use.user);
  if (found == tables.otps.end()) return absent();
  if (use.step <= found->second.used_step) return used();
  found->second.used_step = use.step;
  return {};
}

Result<void> MemoryStore::apply(const change::SetCodes& set) {
  if (!tables.users.contains(set.user)) return absent();
  auto& codes = tables.codes[set.user];
  std::erase_if(codes, [&](const StoredCode& code) { return code.bypass == set.bypass; });
  codes.insert(codes.end(), set.codes.begin(), set.codes.end());
  return {};
}

Result<void> MemoryStore::apply(const change::UseCode& use) {
  const auto gone = std::erase_if(tables.codes[use.user], [&](const StoredCode& code) {
    return code.hash == use.hash && (!code.until || *code.until > use.now);
  });
  if (gone == 0) return used();
  return {};
}

Result<void> MemoryStore::apply(const change::AddDevice& add) {
  const auto& device = add.device;
  if (!tables.users.contains(device.user)) return absent();
  for (const auto& other : tables.devices | std::views::values) {
    if (other.fingerprint == device.fingerprint) return taken();
    if (device.wireguard_key && other.wireguard_key == device.wireguard_key) return taken();
    for (const auto& address : device.addresses)
      if (std::ranges::count(other.addresses, address) > 0) return taken();
  }
  if (!tables.devices.emplace(std::pair(device.user, device.name), device).second) return taken();
  return {};
}

Result<void> MemoryStore::apply(const change::SetDevice& set) {
  const auto found = tables.devices.find({set.user, set.name});
  if (found == tables.devices.end()) return absent();
  found->second.enabled = set.enabled;
  return {};
}

Result<void> MemoryStore::apply(const change::SetDeviceKey& set) {
  const auto found = tables.devices.find({set.user, set.device});
  if (found == tables.devices.end()) return absent();
  for (const auto& [name, device] : tables.devices)
    if (name != found->first && device.wireguard_key == set.key) return taken();
  auto& key = found->second.wireguard_key;
  if (key && *key != set.key) return taken();
  key = set.key;
  return {};
}

Result<void> MemoryStore::apply(const change::RemoveDevice& remove) {
  if (tables.devices.erase({remove.user, remove.name}) == 0) return absent();
  return {};
}

Result<void> MemoryStore::apply(const change::OpenSession& open) {
  if (session(open.session.id).value()) return taken();
  tables.sessions.push_back(open.session);
  return {};
}

Result<void> MemoryStore::apply(const change::EndSessions& end) {
  for (auto& one : tables.sessions) {
    const bool meant =
        end.id.empty() ? one.user == end.user && (end.device.empty() || one.device == end.device)
                       : one.id == end.id;
    if (!meant || !one.lives(end.at)) continue;
    one.ended = end.at;
    one.reason = end.reason;
  }
  return {};
}

Result<void> MemoryStore::apply(const change::ExtendSession& extend) {
  const auto found = std::ranges::find(tables.sessions, extend.id, &session::Session::id);
  if (found == tables.sessions.end() || !found->lives(extend.now)) return absent();
  found->ends = extend.ends;
  return {};
}

Result<void> MemoryStore::apply(const change::EndExpired& end) {
  for (auto& one : tables.sessions) {
    if (one.ended != 0 || one.ends > end.now) continue;
    one.ended = one.ends;
    one.reason = session::EndReason::expired;
  }
  return {};
}

Result<void> MemoryStore::apply(const change::ForgetSessions& forget) {
  std::erase_if(tables.sessions, [&](const session::Session& one) {
    return one.ended != 0 && one.ended < forget.ended_before;
  });
  return {};
}

Result<void> MemoryStore::apply(const change::SetFailures& /*set*/) { return {}; }

}  // namespace kaido::test
