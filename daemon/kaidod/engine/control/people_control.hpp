// The people of a hub: users, their codes and devices, sessions, the audit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/session/audit.hpp"
#include "core/session/people.hpp"
#include "engine/control/done.hpp"
#include "kaido/secret.hpp"
#include "ports/user_store.hpp"

namespace kaido {

/// A user to add, as a client wrote it.
struct NewUser {
  std::string name;
  std::string display;
  std::vector<std::string> groups;
  session::Policy policy = session::Policy::certificate_and_otp;
};

/// What of a user shall be other; nullopt: stays.
struct UserChange {
  std::optional<bool> enabled;
  std::optional<std::string> display;
  std::optional<std::vector<std::string>> groups;
  std::optional<session::Policy> policy = std::nullopt;
};

struct NewDevice {
  std::string user;
  std::string name;
  std::string certificate;                               ///< PEM or DER
  std::string wireguard_key;                             ///< base64; empty: none
  std::optional<session::Policy> policy = std::nullopt;  ///< nullopt: the user's
};

/// Every call can fail with people_not_configured, user_store_failed, user_store_newer and
/// otp_key_unusable; with not_found, already_exists and invalid_argument where that can be. `actor`
/// is who asks, for the audit: "uid 1000".
class PeopleControl {
 public:
  virtual ~PeopleControl() = default;

  virtual void users(Done<std::vector<session::User>> done) = 0;
  /// All or none; `dry_run`: none, but every check. Gives how many.
  virtual void add_users(const std::string& actor, std::vector<NewUser> users, bool dry_run,
                         Done<std::uint32_t> done) = 0;
  /// One that is disabled loses its sessions at once.
  virtual void change_user(const std::string& actor, const std::string& name, UserChange change,
                           Done<std::monostate> done) = 0;
  virtual void remove_user(const std::string& actor, const std::string& name,
                           Done<std::monostate> done) = 0;

  /// A new one-time password in place of the old; gives its otpauth:// URI, which is not kept.
  virtual void new_otp(const std::string& actor, const std::string& user, session::OtpShape shape,
                       Done<Secret> done) = 0;
  /// Uses a code of it up. True: it counts, and the password is confirmed; false: it does not.
  virtual void verify_otp(const std::string& actor, const std::string& user, Secret code,
                          Done<bool> done) = 0;
  /// Ten, in place of the old.
  virtual void new_recovery_codes(const std::string& actor, const std::string& user,
                                  Done<std::vector<Secret>> done) = 0;
  /// One, in place of an older one, for `minutes` (1 to 10080).
  virtual void new_bypass_code(const std::string& actor, const std::string& user,
                               std::uint32_t minutes, Done<Secret> done) = 0;

  virtual void devices(Done<std::vector<session::Device>> done) = 0;
  virtual void add_device(const std::string& actor, NewDevice device,
                          Done<session::Device> done) = 0;
  virtual void enable_device(const std::string& actor, const std::string& user,
                             const std::string& device, bool enabled,
                             Done<std::monostate> done) = 0;
  virtual void remove_device(const std::string& actor, const std::string& user,
                             const std::string& device, Done<std::monostate> done) = 0;

  /// The living ones; `all`: the newest 1,000, ended ones too.
  virtual void sessions(bool all, Done<std::vector<session::Session>> done) = 0;
  virtual void end_session(const std::string& actor, const std::string& id,
                           Done<std::monostate> done) = 0;
  /// By `minutes` (1 to 10080) from its end as it is; gives the new end.
  virtual void extend_session(const std::string& actor, const std::string& id,
                              std::uint32_t minutes, Done<session::WallTime> done) = 0;

  virtual void audit(AuditQuery query, Done<std::vector<session::AuditEntry>> done) = 0;
  virtual void verify_audit(Done<AuditVerdict> done) = 0;
};

}  // namespace kaido
