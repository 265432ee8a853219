// The people of a hub: what is asked goes to PeopleDesk on a worker, answers and troubles come
// back.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/board.hpp"
#include "engine/conditions.hpp"
#include "engine/control/people_control.hpp"
#include "engine/people_desk.hpp"
#include "engine/ports.hpp"

namespace kaido {

/// On the engine's strand, which never waits for the store: every call is answered later, in the
/// order of the calls. Where this gateway has no [people], with people_not_configured at once.
class People final : public PeopleControl {
 public:
  /// `ports`: null where the role has no people.
  People(const Clock& clock, Workers& workers, const LoginPorts* ports, const Board& board,
         Conditions& conditions);

  /// Another configuration is in force.
  void configured();

  /// A session is on the disk; called before its login is answered.
  std::function<void(const Admitted&)> on_opened = [](const auto&) {};
  /// The store may say something else of users, devices or sessions.
  std::function<void()> on_changed = [] {};

  /// Somebody at a door. Those who come while others are written to the disk are written together.
  /// Errors: people_not_configured, user_store_…, otp_key_unusable: nobody is let in; and
  /// login_refused when too many wait.
  void log_in(LoginRequest request, Done<LoginOutcome> done);
  /// A client about its session. Errors: as of log_in().
  void of_session(SessionRequest request, Done<SessionOutcome> done);
  /// All that admissions are made of.
  void stored(Done<session::Stored> done);
  void make_nonce(Done<std::string> done);  ///< 64 hexadecimal digits of chance

  void users(Done<std::vector<session::User>> done) override;
  void add_users(const std::string& actor, std::vector<NewUser> users, bool dry_run,
                 Done<std::uint32_t> done) override;
  void change_user(const std::string& actor, const std::string& name, UserChange change,
                   Done<std::monostate> done) override;
  void remove_user(const std::string& actor, const std::string& name,
                   Done<std::monostate> done) override;
  void new_otp(const std::string& actor, const std::string& user, session::OtpShape shape,
               Done<Secret> done) override;
  void verify_otp(const std::string& actor, const std::string& user, Secret code,
                  Done<bool> done) override;
  void new_recovery_codes(const std::string& actor, const std::string& user,
                          Done<std::vector<Secret>> done) override;
  void new_bypass_code(const std::string& actor, const std::string& user, std::uint32_t minutes,
                       Done<Secret> done) override;
  void devices(Done<std::vector<session::Device>> done) override;
  void add_device(const std::string& actor, NewDevice device, Done<session::Device> done) override;
  void enable_device(const std::string& actor, const std::string& user, const std::string& device,
                     bool enabled, Done<std::monostate> done) override;
  void remove_device(const std::string& actor, const std::string& user, const std::string& device,
                     Done<std::monostate> done) override;
  void sessions(bool all, Done<std::vector<session::Session>> done) override;
  void end_session(const std::string& actor, const std::string& id,
                   Done<std::monostate> done) override;
  void extend_session(const std::string& actor, const std::string& id, std::uint32_t minutes,
                      Done<session::WallTime> done) override;
  void audit(AuditQuery query, Done<std::vector<session::AuditEntry>> done) override;
  void verify_audit(Done<AuditVerdict> done) override;

 private:
  /// What a question shows to be in order when it succeeds.
  enum class Proves : std::uint8_t { nothing, store, codes };
  struct Waiting {
    LoginRequest request;
    Done<LoginOutcome> done;
  };

  [[nodiscard]] Asked asked(const std::string& actor) const;
  [[nodiscard]] std::optional<Error> unable() const;
  template <typename T, typename Work>
  void ask(const std::string& actor, Proves proves, Done<T> done, Work work);
  void judge(Proves proves, const std::optional<Error>& error, bool restored);
  void log_in_waiting();

  const Clock& clock_;
  Workers& workers_;
  const Board& board_;
  Conditions& conditions_;
  std::shared_ptr<PeopleDesk> desk_;  ///< null: not a hub. A worker may use it when this is gone
  std::shared_ptr<const session::Settings> settings_;  ///< null: no [people]
  std::vector<Waiting> waiting_;
  bool writing_ = false;  ///< logins
};

}  // namespace kaido
