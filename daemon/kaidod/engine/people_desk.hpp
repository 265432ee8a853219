// What is asked about people, done: the blocking half, on workers.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/session/admissions.hpp"
#include "core/session/decision.hpp"
#include "core/session/settings.hpp"
#include "engine/control/people_control.hpp"
#include "engine/ports.hpp"
#include "kaido/portal_link.hpp"

namespace kaido {

/// When and by whom something is asked.
struct Asked {
  std::string actor;
  session::WallTime now = 0;
  std::int32_t utc_offset = 0;  ///< seconds that local time is ahead
};

/// Somebody at a door. All of it is hostile.
struct LoginRequest {
  std::string user;
  Secret code;
  std::string certificates;  ///< PEM or DER; empty: none came
  session::Door door = session::Door::portal;
  std::string source;  ///< an address, by the door's own word
  // of a client: without its signature nobody comes in by Door::client
  std::string wireguard_key;  ///< its own, base64; empty: the registered one
  std::string signed_text;    ///< what it had to sign, by the door's own word
  std::string signature;      ///< by the key of the certificate
};

/// A session that is on the disk, and what its client is told beside.
struct Admitted {
  session::Session session;
  session::Device device;
  std::vector<std::string> groups;       ///< of the person
  std::optional<Secret> preshared_key;   ///< WireGuard's, see Session::preshared
  std::vector<session::Device> devices;  ///< all of the person, where a browser asks
};
using LoginOutcome = std::variant<Admitted, session::Refused>;

/// A client about its open session. All of it is hostile.
struct SessionRequest {
  portal::Verb verb = portal::Verb::state;
  session::Door door = session::Door::client;  ///< by which the session was opened, too
  std::string id;                              ///< whole
  std::string certificates;
  std::string source;
  std::string signed_text;  ///< as of LoginRequest
  std::string signature;
};
struct SessionOver {};
struct NotTheirs {};  ///< or anything else that is wrong
using SessionOutcome = std::variant<Admitted, SessionOver, NotTheirs>;

/// Any thread; one call at a time works, others wait. What it returns is durable.
class PeopleDesk {
 public:
  /// `started`: no code of that moment or before counts, so that none is used twice after a backup
  /// was restored.
  PeopleDesk(const LoginPorts& ports, session::WallTime started)
      : store_(ports.store), vault_(ports.vault), judge_(ports.judge), floor_(started) {}

  Result<void> trust(const PeopleTrust& trust);
  /// The store was found to be older than it was.
  [[nodiscard]] bool restored();

  Result<std::vector<session::User>> users();
  Result<std::uint32_t> add_users(const Asked& asked, const session::Settings& settings,
                                  const std::vector<NewUser>& users, bool dry_run);
  Result<std::monostate> change_user(const Asked& asked, const session::Settings& settings,
                                     const std::string& name, const UserChange& change);
  Result<std::monostate> remove_user(const Asked& asked, const std::string& name);

  Result<Secret> new_otp(const Asked& asked, const session::Settings& settings,
                         const std::string& user, const session::OtpShape& shape);
  Result<bool> verify_otp(const Asked& asked, const std::string& user, const Secret& code);
  Result<std::vector<Secret>> new_recovery_codes(const Asked& asked, const std::string& user);
  Result<Secret> new_bypass_code(const Asked& asked, const std::string& user,
                                 std::uint32_t minutes);

  Result<std::vector<session::Device>> devices();
  Result<session::Device> add_device(const Asked& asked, const session::Settings& settings,
                                     const NewDevice& wanted);
  Result<std::monostate> enable_device(const Asked& asked, const std::string& user,
                                       const std::string& device, bool enabled);
  Result<std::monostate> remove_device(const Asked& asked, const std::string& user,
                                       const std::string& device);

  Result<std::vector<session::Session>> sessions(const Asked& asked, bool all);
  /// All that admissions are made of. What ran out by now is ended for good: a clock that goes back
  /// revives none.
  Result<session::Stored> stored(const Asked& asked);
  Result<std::monostate> end_session(const Asked& asked, const std::string& id);
  Result<session::WallTime> extend_session(const Asked& asked, const std::string& id,
                                           std::uint32_t minutes);

  Result<std::vector<session::AuditEntry>> audit(const AuditQuery& query);
  Result<AuditVerdict> verify_audit();

  /// All with one commit to the disk; one outcome each, in their order.
  std::vector<Result<LoginOutcome>> log_in(const Asked& asked, const session::Settings& settings,
                                           std::span<const LoginRequest> requests);
  /// Verb::extend: an hour more where less than one is left, within what a login of now would get:
  /// for the device that the session is of.
  Result<SessionOutcome> of_session(const Asked& asked, const session::Settings& settings,
                                    const SessionRequest& request);
  /// 64 hexadecimal digits of chance.
  Result<std::string> make_nonce();

 private:
  /// A session of the device whose certificate has come, with its signature where that is needed.
  struct Owned {
    session::Session session;
    session::Device device;
    session::User user;
  };
  Result<void> commit(Transaction transaction);
  /// Writes what ran out as ended, deletes what ended long ago, and sums up the strangers. Nobody
  /// waits for it: where it fails, the next one does it.
  void tidy_up(const Asked& asked);
  Result<std::optional<Secret>> preshared_key(const session::Session& session);
  Result<session::User> find_user(const std::string& name);
  Result<session::Device> find_device(const std::string& user, const std::string& name);
  Result<session::Session> find_session(const Asked& asked, const std::string& id);
  Result<std::vector<IpAddress>> free_addresses(const session::Settings& settings);
  // a login: what is known of it, what was decided, what is written
  struct Login;
  class Batch;
  Result<session::LoginFacts> gather(const Asked& asked, const LoginRequest& request);
  Result<void> find_failures(session::LoginFacts& facts, const std::string& source);
  Result<LoginOutcome> decide(const Asked& asked, const session::Settings& settings, Login login,
                              Batch& batch);
  Transaction refusal(const Asked& asked, const Login& login, const session::Refused& refused);
  Result<LoginOutcome> admit(const Asked& asked, Login login, const session::Opening& opening,
                             Batch& batch);
  void write(const Asked& asked, const Batch& batch, std::vector<Result<LoginOutcome>>& outcomes);
  [[nodiscard]] session::CertificateFacts certificate_of(const Asked& asked,
                                                         const LoginRequest& request) const;
  /// nullopt: it is not theirs.
  Result<std::optional<Owned>> find_owned(const Asked& asked, const SessionRequest& request);
  Result<void> extend(const Asked& asked, const session::Settings& settings,
                      const SessionRequest& request, Owned& owned);
  Result<std::optional<session::CodeMatch>> match(const LoginRequest& request,
                                                  const std::optional<StoredOtp>& otp,
                                                  session::WallTime now);
  /// A TOTP of this step or an older one counts as used.
  [[nodiscard]] std::uint64_t used_step(const std::string& user, const StoredOtp& otp);

  std::mutex mutex_;
  UserStore& store_;
  OtpVault& vault_;
  CertificateJudge& judge_;
  session::WallTime floor_;
  session::WallTime now_ = 0;  ///< of the newest question about a code
  bool restored_ = false;
  session::StrangerLimit strangers_;
  std::set<std::string> fresh_;       ///< whose one-time password was made after `floor_`
  std::optional<StoredOtp> nobodys_;  ///< what is computed for an unknown user
};

}  // namespace kaido
