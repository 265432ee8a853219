// The port to the store of people, devices, sessions and the audit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/session/audit.hpp"
#include "core/session/limits.hpp"
#include "core/session/people.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// A person's one-time password as it is kept: sealed by the OtpVault.
struct StoredOtp {
  std::vector<std::uint8_t> sealed;
  session::OtpShape shape;
  std::uint64_t used_step = 0;  ///< the newest that was used
  bool confirmed = false;
  friend bool operator==(const StoredOtp&, const StoredOtp&) = default;
};

/// A recovery or bypass code as it is kept.
struct StoredCode {
  std::array<std::uint8_t, 32> hash{};  ///< by the OtpVault
  bool bypass = false;
  std::optional<session::WallTime> until = std::nullopt;  ///< it counts before; nullopt: always
  friend bool operator==(const StoredCode&, const StoredCode&) = default;
};

/// Changes. Each says when it does not apply: the whole transaction is then not done.
namespace change {
struct AddUser {
  session::User user;
};  ///< name, display, enabled, groups, created, policy. already_exists
struct SetUser {
  session::User user;
};  ///< display, enabled, groups, policy. not_found
/// With its OTP, codes, devices and failures; its sessions are ended by the transaction that has
/// it, with EndSessions before it. not_found
struct RemoveUser {
  std::string name;
};
/// Replaces the one-time password; unconfirmed, no step used. not_found
struct SetOtp {
  std::string user;
  StoredOtp otp;
};
struct ConfirmOtp {
  std::string user;
};  ///< not_found
/// Only if no such or newer step was used: otherwise login_refused. not_found
struct UseStep {
  std::string user;
  std::uint64_t step = 0;
};
/// Replaces the unused codes of that kind. not_found (the user)
struct SetCodes {
  std::string user;
  bool bypass = false;
  std::vector<StoredCode> codes;
};
/// Deletes it, only if it is there and its end is after `now`: otherwise login_refused.
struct UseCode {
  std::string user;
  std::array<std::uint8_t, 32> hash{};
  session::WallTime now = 0;
};
/// not_found (the user); already_exists (its name, or anybody's certificate, key or address)
struct AddDevice {
  session::Device device;
};
struct SetDevice {
  std::string user;
  std::string name;
  bool enabled = true;
};  ///< not_found
/// Its first key. not_found; already_exists (another device has it, or this one another)
struct SetDeviceKey {
  std::string user;
  std::string device;
  WireGuardKey key{};
};
struct RemoveDevice {
  std::string user;
  std::string name;
};  ///< not_found
struct OpenSession {
  session::Session session;
};  ///< already_exists (its id)
/// Of this session; or of all living ones of a user, or of one device of the user.
struct EndSessions {
  std::string id;
  std::string user;
  std::string device;
  session::WallTime at = 0;
  session::EndReason reason = session::EndReason::by_admin;
};
/// not_found: no such session, or none that lives at `now`
struct ExtendSession {
  std::string id;
  session::WallTime ends = 0;
  session::WallTime now = 0;
};
/// Those that ran out are ended, by `expired` at their own end: a clock that goes back revives
/// none.
struct EndExpired {
  session::WallTime now = 0;
};
/// Those that ended before are deleted.
struct ForgetSessions {
  session::WallTime ended_before = 0;
};
struct SetFailures {
  session::Failures failures;
};  ///< count 0: forgets them
}  // namespace change

using Change =
    std::variant<change::AddUser, change::SetUser, change::RemoveUser, change::SetOtp,
                 change::ConfirmOtp, change::UseStep, change::SetCodes, change::UseCode,
                 change::AddDevice, change::SetDevice, change::RemoveDevice, change::OpenSession,
                 change::EndSessions, change::ExtendSession, change::SetFailures,
                 change::SetDeviceKey, change::EndExpired, change::ForgetSessions>;

/// All of it or nothing, with what the audit says of it.
struct Transaction {
  std::vector<Change> changes;
  std::vector<session::AuditNote> notes;
};

struct AuditQuery {
  std::string user;  ///< empty: of all
  std::optional<session::Act> act;
  std::size_t newest = 1000;  ///< so many at most; they come oldest first
};

/// The whole chain, as it was found.
struct AuditVerdict {
  std::uint64_t entries = 0;
  /// nullopt: every entry follows from the one before, and the last checkpoint is on the chain.
  std::optional<std::string> fault;
  std::uint64_t first_bad = 0;  ///< the entry at fault; 0: none, or it is about the end
};

/// Blocking: on a worker only, and one call at a time. A call that returns has what it changed on
/// the disk. Every call can fail with user_store_failed (unreadable, full, read-only, corrupt) or
/// user_store_newer; the next may succeed: what was mended needs no restart.
class UserStore {
 public:
  virtual ~UserStore() = default;

  virtual Result<std::vector<session::User>> users() = 0;  ///< by name
  virtual Result<std::optional<session::User>> user(std::string_view name) = 0;
  virtual Result<std::vector<session::Device>> devices() = 0;  ///< by user and name
  virtual Result<std::optional<session::Device>> device(const session::Fingerprint& of) = 0;
  virtual Result<std::optional<StoredOtp>> otp(std::string_view user) = 0;
  virtual Result<std::vector<StoredCode>> codes(std::string_view user) = 0;  ///< unused
  /// Newest first; `living_at`: those that live then, all of them; else the newest 1,000.
  virtual Result<std::vector<session::Session>> sessions(
      std::optional<session::WallTime> living_at) = 0;
  virtual Result<std::optional<session::Session>> session(std::string_view id) = 0;
  /// Those that are known, in any order.
  virtual Result<std::vector<session::Failures>> failures(
      std::span<const std::string> subjects) = 0;
  virtual Result<std::vector<session::AuditEntry>> audit(const AuditQuery& query) = 0;
  virtual Result<AuditVerdict> verify_audit() = 0;
  /// The store was found older than its checkpoint (a backup was restored) since it was opened.
  virtual bool restored() = 0;

  /// Each by itself, all with one commit to the disk (group commit): an error of one is its own,
  /// an error of the commit is everybody's.
  virtual Result<std::vector<Result<void>>> commit(std::span<const Transaction> transactions) = 0;
};

}  // namespace kaido
