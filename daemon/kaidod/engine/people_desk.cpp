#include "engine/people_desk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/session/addresses.hpp"
#include "core/session/otpauth.hpp"

namespace kaido {
namespace {

using session::Act;
using session::AuditNote;
using session::EndReason;

constexpr std::size_t kDisplayLimit = 200;  // bytes
constexpr std::size_t kRecoveryCodes = 10;
constexpr std::uint32_t kLongestMinutes = 10080;                     // a week
constexpr std::size_t kShortestId = 4;                               // digits that name a session
constexpr session::WallTime kKept = 90 * session::WallTime{86'400};  // of an ended session

std::unexpected<Error> invalid(std::string detail) {
  return failure(Condition::invalid_argument, std::move(detail));
}

Result<void> check_name(const std::string& name) {
  if (session::valid_name(name)) return {};
  return invalid(
      "a name is 1 to 64 of a-z, 0-9, '.', '_', '-' and '@', and begins with a letter or a digit");
}

Result<void> check_display(const std::string& of, const std::string& display) {
  if (session::valid_text(display, kDisplayLimit)) return {};
  return invalid(
      fmt::format("the name of user \"{}\" is no text of at most {} bytes", of, kDisplayLimit));
}

Result<void> check_groups(const session::Settings& settings,
                          const std::vector<std::string>& groups) {
  for (const auto& group : groups) {
    if (std::ranges::find(settings.groups, group, &session::Group::name) != settings.groups.end())
      continue;
    std::vector<std::string> known;
    known.reserve(settings.groups.size());
    for (const auto& one : settings.groups) known.push_back(one.name);
    return invalid(fmt::format("there is no [[group]] of that name in the configuration, only: {}",
                               known.empty() ? "none" : fmt::to_string(fmt::join(known, ", "))));
  }
  return {};
}

Result<void> check_minutes(std::uint32_t minutes) {
  if (minutes >= 1 && minutes <= kLongestMinutes) return {};
  return invalid(fmt::format("a time from 1 minute to {} is expected", "7 days"));
}

std::vector<std::string> sorted(std::vector<std::string> groups) {
  std::ranges::sort(groups);
  const auto rest = std::ranges::unique(groups);
  groups.erase(rest.begin(), rest.end());
  return groups;
}

AuditNote note(const Asked& asked, Act act, std::string user, std::string subject = "",
               std::string detail = "") {
  return {.at = asked.now,
          .actor = asked.actor,
          .act = act,
          .user = std::move(user),
          .subject = std::move(subject),
          .detail = std::move(detail),
          .source = ""};
}

std::string policy_note(session::Policy policy) {
  return fmt::format("policy: {}", to_string(policy));
}

change::EndSessions end_of(const Asked& asked, std::string user, std::string device,
                           EndReason reason) {
  return {.id = "",
          .user = std::move(user),
          .device = std::move(device),
          .at = asked.now,
          .reason = reason};
}

/// The value, if it was written.
template <typename T>
Result<T> after(const Result<void>& written, T value) {
  if (!written) return std::unexpected(written.error());
  return value;
}

}  // namespace

Result<void> PeopleDesk::commit(Transaction transaction) {
  auto outcomes = store_.commit(std::span(&transaction, 1));
  if (!outcomes) return std::unexpected(outcomes.error());
  return std::move(outcomes->front());
}

Result<void> PeopleDesk::trust(const PeopleTrust& trust) { return judge_.trust(trust); }

bool PeopleDesk::restored() {
  const std::scoped_lock lock(mutex_);
  return store_.restored();
}

// ---- users

Result<session::User> PeopleDesk::find_user(const std::string& name) {
  auto found = store_.user(name);
  if (!found) return std::unexpected(found.error());
  auto& user = *found;
  if (!user) return failure(Condition::not_found, fmt::format("user \"{}\"", name));
  return std::move(*user);
}

Result<std::vector<session::User>> PeopleDesk::users() {
  const std::scoped_lock lock(mutex_);
  return store_.users();
}

Result<std::uint32_t> PeopleDesk::add_users(const Asked& asked, const session::Settings& settings,
                                            const std::vector<NewUser>& users, bool dry_run) {
  const std::scoped_lock lock(mutex_);
  const auto there = store_.users();
  if (!there) return std::unexpected(there.error());
  std::set<std::string> names;
  for (const auto& user : *there) names.insert(user.name);
  Transaction transaction;
  for (std::size_t i = 0; i < users.size(); ++i) {
    const auto& [name, display, groups, policy] = users[i];
    auto right = check_name(name);
    if (right) right = check_display(name, display);
    if (right) right = check_groups(settings, groups);
    if (!right) {
      auto error = right.error();
      error.detail = fmt::format("user {} of {}: {}", i + 1, users.size(), error.detail);
      return std::unexpected(std::move(error));
    }
    if (!names.insert(name).second)
      return failure(Condition::already_exists, fmt::format("user \"{}\"", name));
    session::User user;
    user.name = name;
    user.display = display;
    user.groups = sorted(groups);
    user.created = asked.now;
    user.policy = policy;
    transaction.changes.emplace_back(change::AddUser{std::move(user)});
    transaction.notes.push_back(note(asked, Act::user_added, name, "", policy_note(policy)));
  }
  if (!dry_run && !users.empty()) {
    if (const auto done = commit(std::move(transaction)); !done)
      return std::unexpected(done.error());
  }
  return static_cast<std::uint32_t>(users.size());
}

Result<std::monostate> PeopleDesk::change_user(const Asked& asked,
                                               const session::Settings& settings,
                                               const std::string& name, const UserChange& change) {
  const std::scoped_lock lock(mutex_);
  auto user = find_user(name);
  if (!user) return std::unexpected(user.error());
  std::vector<std::string> said;
  Transaction transaction;
  if (change.display) {
    if (const auto right = check_display(name, *change.display); !right)
      return std::unexpected(right.error());
    user->display = *change.display;
    said.emplace_back("name");
  }
  if (change.groups) {
    if (const auto right = check_groups(settings, *change.groups); !right)
      return std::unexpected(right.error());
    user->groups = sorted(*change.groups);
    said.push_back(fmt::format("groups: {}", fmt::join(user->groups, ", ")));
  }
  if (change.policy) {
    user->policy = *change.policy;
    said.push_back(policy_note(user->policy));
  }
  if (change.enabled) {
    user->enabled = *change.enabled;
    said.emplace_back(user->enabled ? "enabled" : "disabled");
    if (!user->enabled)
      transaction.changes.emplace_back(end_of(asked, name, "", EndReason::user_disabled));
  }
  transaction.changes.emplace_back(change::SetUser{std::move(*user)});
  transaction.notes.push_back(
      note(asked, Act::user_changed, name, "", fmt::to_string(fmt::join(said, "; "))));
  return after(commit(std::move(transaction)), std::monostate());
}

Result<std::monostate> PeopleDesk::remove_user(const Asked& asked, const std::string& name) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction;
  transaction.changes.emplace_back(end_of(asked, name, "", EndReason::user_removed));
  transaction.changes.emplace_back(change::RemoveUser{name});
  transaction.notes.push_back(note(asked, Act::user_removed, name));
  fresh_.erase(name);
  return after(commit(std::move(transaction)), std::monostate());
}

// ---- codes

Result<Secret> PeopleDesk::new_otp(const Asked& asked, const session::Settings& settings,
                                   const std::string& user, const session::OtpShape& shape) {
  const std::scoped_lock lock(mutex_);
  if (shape.digits < 6 || shape.digits > 8) return invalid("6 to 8 digits are expected");
  if (shape.period < 15 || shape.period > 120)
    return invalid("a period of 15 to 120 seconds is expected");
  if (const auto known = find_user(user); !known) return std::unexpected(known.error());
  auto sealed = vault_.make(user, shape.algorithm);
  if (!sealed) return std::unexpected(sealed.error());
  Transaction transaction;
  transaction.changes.emplace_back(change::SetOtp{
      user,
      {.sealed = std::move(sealed->bytes), .shape = shape, .used_step = 0, .confirmed = false}});
  transaction.notes.push_back(note(
      asked, Act::otp_made, user, "",
      fmt::format("{}, {} digits, {} s", to_string(shape.algorithm), shape.digits, shape.period)));
  if (const auto done = commit(std::move(transaction)); !done) return std::unexpected(done.error());
  fresh_.insert(user);
  return session::otpauth_uri(settings.issuer, user, shape, sealed->seed);
}

std::uint64_t PeopleDesk::used_step(const std::string& user, const StoredOtp& otp) {
  if (!restored_ && store_.restored()) {
    // A backup was put in place under this process: what it made before is not there any more.
    restored_ = true;
    fresh_.clear();
    floor_ = now_;
  }
  floor_ = std::min(floor_, now_);  // a clock that was ahead at the start
  if (fresh_.contains(user)) return otp.used_step;
  return std::max(otp.used_step,
                  static_cast<std::uint64_t>(std::max<session::WallTime>(floor_, 0)) /
                      std::max<std::uint16_t>(otp.shape.period, 1));
}

Result<bool> PeopleDesk::verify_otp(const Asked& asked, const std::string& user,
                                    const Secret& code) {
  const std::scoped_lock lock(mutex_);
  now_ = asked.now;
  if (const auto known = find_user(user); !known) return std::unexpected(known.error());
  const auto kept = store_.otp(user);
  if (!kept) return std::unexpected(kept.error());
  const auto& otp = *kept;
  if (!otp)
    return failure(Condition::not_found, fmt::format("a one-time password of user \"{}\"", user));
  const auto matched = vault_.match(user, otp->sealed, otp->shape, code, asked.now);
  if (!matched) return std::unexpected(matched.error());
  const auto& step = *matched;
  if (!step || *step <= used_step(user, *otp)) return false;
  Transaction transaction;
  transaction.changes.emplace_back(change::UseStep{user, *step});
  transaction.changes.emplace_back(change::ConfirmOtp{user});
  transaction.notes.push_back(note(asked, Act::otp_confirmed, user));
  const auto done = commit(std::move(transaction));
  if (!done && done.error().condition == Condition::login_refused) return false;
  return after(done, true);
}

Result<std::vector<Secret>> PeopleDesk::new_recovery_codes(const Asked& asked,
                                                           const std::string& user) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = find_user(user); !known) return std::unexpected(known.error());
  auto made = vault_.make_codes(user, kRecoveryCodes);
  if (!made) return std::unexpected(made.error());
  change::SetCodes codes{.user = user, .bypass = false, .codes = {}};
  for (const auto& hash : made->hashes)
    codes.codes.push_back({.hash = hash, .bypass = false, .until = {}});
  Transaction transaction;
  transaction.changes.emplace_back(std::move(codes));
  transaction.notes.push_back(note(asked, Act::recovery_codes_made, user));
  return after(commit(std::move(transaction)), std::move(made->codes));
}

Result<Secret> PeopleDesk::new_bypass_code(const Asked& asked, const std::string& user,
                                           std::uint32_t minutes) {
  const std::scoped_lock lock(mutex_);
  if (const auto right = check_minutes(minutes); !right) return std::unexpected(right.error());
  if (const auto known = find_user(user); !known) return std::unexpected(known.error());
  auto made = vault_.make_codes(user, 1);
  if (!made) return std::unexpected(made.error());
  const auto until = asked.now + static_cast<session::WallTime>(minutes) * 60;
  Transaction transaction;
  transaction.changes.emplace_back(
      change::SetCodes{.user = user,
                       .bypass = true,
                       .codes = {{.hash = made->hashes.front(), .bypass = true, .until = until}}});
  transaction.notes.push_back(
      note(asked, Act::bypass_code_made, user, "", fmt::format("for {} minutes", minutes)));
  return after(commit(std::move(transaction)), std::move(made->codes.front()));
}

// ---- devices

Result<session::Device> PeopleDesk::find_device(const std::string& user, const std::string& name) {
  auto devices = store_.devices();
  if (!devices) return std::unexpected(devices.error());
  for (auto& device : *devices)
    if (device.user == user && device.name == name) return std::move(device);
  return failure(Condition::not_found, fmt::format("device \"{}/{}\"", user, name));
}

Result<std::vector<session::Device>> PeopleDesk::devices() {
  const std::scoped_lock lock(mutex_);
  return store_.devices();
}

Result<std::vector<IpAddress>> PeopleDesk::free_addresses(const session::Settings& settings) {
  const auto devices = store_.devices();
  if (!devices) return std::unexpected(devices.error());
  std::set<IpAddress> used;
  for (const auto& device : *devices) used.insert(device.addresses.begin(), device.addresses.end());
  std::vector<IpAddress> addresses;
  for (const auto& pool : settings.addresses) {
    const auto address = session::next_free(pool, used);
    if (!address) return failure(Condition::addresses_exhausted, pool.to_string());
    addresses.push_back(*address);
  }
  return addresses;
}

Result<session::Device> PeopleDesk::add_device(const Asked& asked,
                                               const session::Settings& settings,
                                               const NewDevice& wanted) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = find_user(wanted.user); !known) return std::unexpected(known.error());
  if (const auto right = check_name(wanted.name); !right) return std::unexpected(right.error());
  session::Device device;
  device.user = wanted.user;
  device.name = wanted.name;
  device.created = asked.now;
  const auto facts = judge_.judge(wanted.certificate, asked.now);
  if (facts.fault) return failure(Condition::certificate_unusable, session::explain(*facts.fault));
  device.fingerprint = facts.fingerprint;
  device.subject = facts.subject;
  device.not_after = facts.not_after;
  device.certificate = facts.pem;
  if (!wanted.wireguard_key.empty()) {
    device.wireguard_key = parse_wireguard_key(wanted.wireguard_key);
    if (!device.wireguard_key)
      return invalid(
          "the WireGuard key is not 44 characters of base64, as `wg pubkey` writes them");
  }
  device.policy = wanted.policy;
  auto addresses = free_addresses(settings);
  if (!addresses) return std::unexpected(addresses.error());
  device.addresses = std::move(*addresses);
  Transaction transaction;
  transaction.changes.emplace_back(change::AddDevice{device});
  transaction.notes.push_back(
      note(asked, Act::device_added, device.user, device.name,
           device.policy ? fmt::format("{}; {}", policy_note(*device.policy), device.subject)
                         : device.subject));
  return after(commit(std::move(transaction)), std::move(device));
}

Result<std::monostate> PeopleDesk::enable_device(const Asked& asked, const std::string& user,
                                                 const std::string& device, bool enabled) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction;
  if (!enabled)
    transaction.changes.emplace_back(end_of(asked, user, device, EndReason::device_disabled));
  transaction.changes.emplace_back(
      change::SetDevice{.user = user, .name = device, .enabled = enabled});
  transaction.notes.push_back(
      note(asked, Act::device_changed, user, device, enabled ? "enabled" : "disabled"));
  return after(commit(std::move(transaction)), std::monostate());
}

Result<std::monostate> PeopleDesk::remove_device(const Asked& asked, const std::string& user,
                                                 const std::string& device) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = find_device(user, device); !known) return std::unexpected(known.error());
  Transaction transaction;
  transaction.changes.emplace_back(end_of(asked, user, device, EndReason::device_removed));
  transaction.changes.emplace_back(change::RemoveDevice{.user = user, .name = device});
  transaction.notes.push_back(note(asked, Act::device_removed, user, device));
  return after(commit(std::move(transaction)), std::monostate());
}

// ---- sessions

Result<session::Session> PeopleDesk::find_session(const Asked& asked, const std::string& id) {
  const auto none = failure(Condition::not_found, fmt::format("a living session \"{}\"", id));
  if (id.size() < kShortestId || id.find_first_not_of("0123456789abcdef") != std::string::npos)
    return failure(Condition::not_found, "a session is named by 4 or more of its digits");
  auto living = store_.sessions(asked.now);
  if (!living) return std::unexpected(living.error());
  const auto begins = [&](const session::Session& one) { return one.id.starts_with(id); };
  const auto found = std::ranges::find_if(*living, begins);
  if (found == living->end()) return none;
  if (std::ranges::count_if(*living, begins) > 1)
    return failure(Condition::not_found, fmt::format("one session \"{}\": several begin so", id));
  return std::move(*found);
}

Result<std::vector<session::Session>> PeopleDesk::sessions(const Asked& asked, bool all) {
  const std::scoped_lock lock(mutex_);
  auto found = store_.sessions(all ? std::nullopt : std::optional(asked.now));
  if (!found) return found;
  for (auto& one : *found) {
    if (one.ended != 0 || one.lives(asked.now)) continue;
    one.ended = one.ends;
    one.reason = EndReason::expired;
  }
  return found;
}

Result<std::optional<Secret>> PeopleDesk::preshared_key(const session::Session& session) {
  if (!session.preshared) return std::nullopt;
  return vault_.session_key(session.id);
}

void PeopleDesk::tidy_up(const Asked& asked) {
  Transaction transaction{
      .changes = {change::EndExpired{asked.now}, change::ForgetSessions{asked.now - kKept}},
      .notes = {}};
  const auto strangers = strangers_.left_out(asked.now);
  if (strangers > 0)
    transaction.notes.push_back(
        note(asked, Act::logins_refused, "", "",
             fmt::format("{} more refused logins of strangers", strangers)));
  if (commit(std::move(transaction))) strangers_.forget(strangers);
}

Result<session::Stored> PeopleDesk::stored(const Asked& asked) {
  const std::scoped_lock lock(mutex_);
  tidy_up(asked);
  auto sessions = store_.sessions(asked.now);
  if (!sessions) return std::unexpected(sessions.error());
  auto devices = store_.devices();
  if (!devices) return std::unexpected(devices.error());
  auto users = store_.users();
  if (!users) return std::unexpected(users.error());
  session::Stored all{.sessions = std::move(*sessions),
                      .devices = std::move(*devices),
                      .users = std::move(*users),
                      .preshared_keys = {}};
  // Where the key of the codes cannot be read, a session that has a pre-shared key is not let in;
  // the others come and go as ever.
  std::erase_if(all.sessions, [&](const session::Session& session) {
    auto key = preshared_key(session);
    if (!key) return true;
    if (auto& secret = *key; secret) all.preshared_keys.emplace(session.id, std::move(*secret));
    return false;
  });
  return all;
}

Result<std::monostate> PeopleDesk::end_session(const Asked& asked, const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto session = find_session(asked, id);
  if (!session) return std::unexpected(session.error());
  Transaction transaction;
  transaction.changes.emplace_back(change::EndSessions{
      .id = session->id, .user = "", .device = "", .at = asked.now, .reason = EndReason::by_admin});
  transaction.notes.push_back(note(asked, Act::session_ended, session->user, session->id));
  return after(commit(std::move(transaction)), std::monostate());
}

Result<session::WallTime> PeopleDesk::extend_session(const Asked& asked, const std::string& id,
                                                     std::uint32_t minutes) {
  const std::scoped_lock lock(mutex_);
  if (const auto right = check_minutes(minutes); !right) return std::unexpected(right.error());
  const auto session = find_session(asked, id);
  if (!session) return std::unexpected(session.error());
  const auto ends = session->ends + static_cast<session::WallTime>(minutes) * 60;
  Transaction transaction;
  transaction.changes.emplace_back(
      change::ExtendSession{.id = session->id, .ends = ends, .now = asked.now});
  transaction.notes.push_back(note(asked, Act::session_extended, session->user, session->id,
                                   fmt::format("by {} minutes", minutes)));
  return after(commit(std::move(transaction)), ends);
}

// ---- the audit

Result<std::vector<session::AuditEntry>> PeopleDesk::audit(const AuditQuery& query) {
  const std::scoped_lock lock(mutex_);
  return store_.audit(query);
}

Result<AuditVerdict> PeopleDesk::verify_audit() {
  const std::scoped_lock lock(mutex_);
  return store_.verify_audit();
}

}  // namespace kaido
