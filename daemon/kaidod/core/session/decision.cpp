// Who is admitted. Every check is its own line, in the order in which the reasons are told.
#include "core/session/decision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <expected>

namespace kaido::session {
namespace {

/// The account of that very name. Asked again here: a caller's slip must admit nobody.
const User* account_of(const LoginFacts& facts) {
  return facts.account && facts.account->name == facts.user ? &*facts.account : nullptr;
}

/// The device of that very certificate, which is valid.
const Device* device_of(const LoginFacts& facts) {
  if (facts.certificate.fault || !facts.device) return nullptr;
  return facts.device->fingerprint == facts.certificate.fingerprint ? &*facts.device : nullptr;
}

/// The device, where it is one of the account's own.
const Device* own_device(const LoginFacts& facts) {
  const auto* const account = account_of(facts);
  const auto* const device = device_of(facts);
  return account != nullptr && device != nullptr && device->user == account->name ? device
                                                                                  : nullptr;
}

SubjectKind kind_of(const Failures& failures) {
  for (const auto kind : {SubjectKind::source, SubjectKind::device})
    if (failures.subject.starts_with(Subject{.kind = kind, .name = {}}.key())) return kind;
  return SubjectKind::user;
}

/// When the next attempt counts. The source does not hold up the owner of an enabled device:
/// strangers behind the same address could lock the owner out.
WallTime blocked_until(const LoginFacts& facts) {
  const auto* const own = own_device(facts);
  const bool owner = own != nullptr && own->enabled;
  auto until = facts.now;
  for (const auto& failures : facts.failures) {
    const auto kind = kind_of(failures);
    if (owner && kind == SubjectKind::source) continue;
    until = std::max(until, blocked_until(kind, failures, facts.now));
  }
  return until;
}

/// Whose login it is: the account, once the certificate is one of its own devices.
std::expected<const User*, Refusal> person_of(const LoginFacts& facts) {
  if (facts.certificate.fault) return std::unexpected(*facts.certificate.fault);
  const auto* const device = device_of(facts);
  const auto* const account = account_of(facts);
  if (device == nullptr) return std::unexpected(Refusal::unknown_device);
  if (account == nullptr) return std::unexpected(Refusal::unknown_user);
  if (device->user != account->name) return std::unexpected(Refusal::device_of_another);
  if (!account->enabled) return std::unexpected(Refusal::user_disabled);
  if (!device->enabled) return std::unexpected(Refusal::device_disabled);
  return account;
}

/// Nothing but the policy of the account's own device spares anybody the code, and only where the
/// device has signed: a portal that was taken over knows certificates, which are public.
bool needs_code(const LoginFacts& facts) {
  const auto* const account = account_of(facts);
  const auto* const device = own_device(facts);
  return facts.door != Door::client || account == nullptr || device == nullptr ||
         policy_of(*account, *device) != Policy::certificate;
}

/// The code that counts; nullopt: none is needed, and one that came is not looked at. Recovery and
/// bypass codes are for those whose one-time password is lost: they count without one.
std::expected<std::optional<CodeMatch>, Refusal> proof_of(const LoginFacts& facts) {
  if (!needs_code(facts)) return std::nullopt;
  const auto& code = facts.code;
  if (code && code->kind != CodeKind::totp) return *code;
  const bool confirmed = facts.account && facts.account->otp && facts.account->otp_confirmed;
  if (!confirmed) return std::unexpected(Refusal::no_otp);
  if (!code) return std::unexpected(Refusal::wrong_code);
  if (code->step <= facts.used_step) return std::unexpected(Refusal::used_code);
  return *code;
}

/// The key that the device gets with this login; nullopt: none, it has its key or needs none.
std::expected<std::optional<WireGuardKey>, Refusal> first_key_of(const LoginFacts& facts) {
  if (facts.wireguard_key.empty()) return std::nullopt;
  const auto key = parse_wireguard_key(facts.wireguard_key);
  const auto* const device = own_device(facts);
  if (!key || device == nullptr) return std::unexpected(Refusal::key_differs);
  if (!device->wireguard_key) return key;
  if (device->wireguard_key != key) return std::unexpected(Refusal::key_differs);
  return std::nullopt;
}

/// A person who proved who they are, and may not come in now, guesses nothing.
bool is_a_failure(Refusal why, const LoginFacts& facts) {
  if (why == Refusal::outside_hours || why == Refusal::key_differs) return false;
  return why != Refusal::user_disabled || !proof_of(facts);
}

Refused refuse(Refusal why, const LoginFacts& facts) {
  Refused refused{.why = why, .failures = {}};
  if (!is_a_failure(why, facts)) return refused;
  for (const auto& before : facts.failures) refused.failures.push_back(failed(before, facts.now));
  return refused;
}

}  // namespace

std::vector<Subject> limited(const LoginFacts& facts, std::string_view source) {
  std::vector<Subject> subjects{{.kind = SubjectKind::source, .name = source_of(source)}};
  if (facts.certificate.fault) return subjects;
  subjects.push_back({.kind = SubjectKind::device,
                      .name = fmt::format("{:02x}", fmt::join(facts.certificate.fingerprint, ""))});
  // Not by one that was disabled: whoever found it would lock its owner out.
  if (const auto* const own = own_device(facts); own != nullptr && own->enabled)
    subjects.push_back({.kind = SubjectKind::user, .name = own->user});
  return subjects;
}

Policy policy_of(const User& user, const Device& device) {
  return device.policy.value_or(user.policy);
}

Decision decide(const LoginFacts& facts, const Settings& settings) {
  if (const auto again = blocked_until(facts); again > facts.now)
    return Refused{.why = Refusal::too_many_attempts, .failures = {}, .again = again};
  const auto person = person_of(facts);
  if (!person) return refuse(person.error(), facts);
  const auto code = proof_of(facts);
  if (!code) return refuse(code.error(), facts);
  const auto& groups = (*person)->groups;
  if (!within_hours(facts.now, facts.utc_offset, settings, groups))
    return refuse(Refusal::outside_hours, facts);
  const auto key = first_key_of(facts);
  if (!key) return refuse(key.error(), facts);
  return Opening{.ends = session_end(facts.now, facts.utc_offset, settings, groups),
                 .code = *code,
                 .first_key = *key};
}

}  // namespace kaido::session
