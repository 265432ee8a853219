#include "engine/people.hpp"

#include <exception>
#include <span>

namespace kaido {
namespace {

constexpr const char* kSubject = "people";
constexpr const char* kItself = "kaidod";  // as an actor: changes nothing that an admin would
constexpr std::size_t kBatch = 64;         // logins with one commit
constexpr std::size_t kQueue = 1'000;      // logins that wait

Error error_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    return {Condition::internal, exception.what()};
  } catch (...) {
    return {Condition::internal, "something unknown was thrown"};
  }
}

}  // namespace

People::People(const Clock& clock, Workers& workers, const LoginPorts* ports, const Board& board,
               Conditions& conditions)
    : clock_(clock), workers_(workers), board_(board), conditions_(conditions) {
  if (ports != nullptr) desk_ = std::make_shared<PeopleDesk>(*ports, clock_.wall_time());
}

Asked People::asked(const std::string& actor) const {
  return {.actor = actor,
          .now = clock_.wall_time(),
          .utc_offset = static_cast<std::int32_t>(clock_.utc_offset(clock_.wall()).count())};
}

std::optional<Error> People::unable() const {
  if (desk_ && settings_) return std::nullopt;
  return Error{Condition::people_not_configured, ""};
}

/// `work` gives a Result<T> of (desk, settings, asked), on a worker.
template <typename T, typename Work>
void People::ask(const std::string& actor, Proves proves, Done<T> done, Work work) {
  if (auto why = unable()) return done(std::unexpected(std::move(*why)));
  struct Job {
    std::shared_ptr<PeopleDesk> desk;
    std::shared_ptr<const session::Settings> settings;
    Asked asked;
    Result<T> result = failure(Condition::internal, "it was not done");
    bool restored = false;
  };
  auto job = std::make_shared<Job>(desk_, settings_, asked(actor));
  workers_.run(
      [job, work = std::move(work)]() mutable {
        job->result = work(*job->desk, *job->settings, job->asked);
        job->restored = job->desk->restored();
      },
      [this, job, proves, changes = !actor.empty() && actor != kItself,
       done = std::move(done)](const std::exception_ptr& thrown) mutable {
        if (thrown) job->result = std::unexpected(error_of(thrown));
        judge(proves, job->result ? std::nullopt : std::optional(job->result.error()),
              job->restored);
        if (changes && job->result) on_changed();
        done(std::move(job->result));
      });
}

void People::judge(Proves proves, const std::optional<Error>& error, bool restored) {
  using enum Condition;
  const auto now = clock_.now();
  if (restored) conditions_.raise(kSubject, {user_store_restored, ""}, now);
  for (const auto trouble : {user_store_failed, user_store_newer, otp_key_unusable}) {
    if (error && error->condition == trouble) {
      conditions_.raise(kSubject, *error, now);
    } else if (trouble == otp_key_unusable ? proves == Proves::codes && !error
                                           : proves != Proves::nothing && !error) {
      conditions_.clear(kSubject, trouble);
    }
  }
}

void People::configured() {
  const auto& people = board_.model.people;
  settings_ = people ? std::make_shared<const session::Settings>(*people) : nullptr;
  if (!people || !desk_) return conditions_.clear_all(kSubject);
  PeopleTrust trust{.authorities_pem = board_.identities.people_authorities_pem,
                    .revocations_pem = board_.identities.people_revocations_pem,
                    .revocation_required = people->revocation_required};
  ask<std::monostate>(
      kItself, Proves::nothing,
      [this](const Result<std::monostate>& trusted) {
        if (trusted) return conditions_.clear(kSubject, Condition::certificate_unusable);
        conditions_.raise(kSubject, trusted.error(), clock_.now());
      },
      [trust = std::move(trust)](PeopleDesk& desk, const auto& /*settings*/,
                                 const auto& /*asked*/) -> Result<std::monostate> {
        if (const auto done = desk.trust(trust); !done) return std::unexpected(done.error());
        return std::monostate();
      });
  users([](const auto& /*users*/) {});  // is the store there?
}

// ---- doors

void People::log_in(LoginRequest request, Done<LoginOutcome> done) {
  if (auto why = unable()) return done(std::unexpected(std::move(*why)));
  if (waiting_.size() >= kQueue)
    return done(failure(Condition::login_refused, "too many logins wait; try again"));
  waiting_.push_back({.request = std::move(request), .done = std::move(done)});
  if (!writing_) log_in_waiting();
}

void People::log_in_waiting() {
  const auto count = std::min(waiting_.size(), kBatch);
  writing_ = count > 0;
  if (!writing_) return;
  std::vector<LoginRequest> requests;
  auto answers = std::make_shared<std::vector<Done<LoginOutcome>>>();
  for (auto& one : std::span(waiting_).first(count)) {
    requests.push_back(std::move(one.request));
    answers->push_back(std::move(one.done));
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  using Outcomes = std::vector<Result<LoginOutcome>>;
  ask<Outcomes>(
      kItself, Proves::nothing,
      [this, answers](const Result<Outcomes>& outcomes) {
        for (std::size_t i = 0; i < answers->size(); ++i) {
          const auto outcome =
              outcomes ? outcomes->at(i) : Result<LoginOutcome>(std::unexpected(outcomes.error()));
          judge(Proves::codes, outcome ? std::nullopt : std::optional(outcome.error()), false);
          if (outcome)
            if (const auto* admitted = std::get_if<Admitted>(&*outcome)) on_opened(*admitted);
          (*answers)[i](outcome);
        }
        log_in_waiting();
      },
      [requests = std::move(requests)](PeopleDesk& desk, const session::Settings& settings,
                                       const Asked& asked) -> Result<Outcomes> {
        return desk.log_in(asked, settings, requests);
      });
}

void People::of_session(SessionRequest request, Done<SessionOutcome> done) {
  const bool changes = request.verb != portal::Verb::state;
  ask<SessionOutcome>(
      kItself, Proves::nothing,
      [this, changes, done = std::move(done)](Result<SessionOutcome> outcome) mutable {
        // One that is refused may not have come as far as the store.
        if (outcome && !std::holds_alternative<NotTheirs>(*outcome))
          judge(Proves::store, std::nullopt, false);
        if (changes && outcome && !std::holds_alternative<NotTheirs>(*outcome)) on_changed();
        done(std::move(outcome));
      },
      [request = std::move(request)](PeopleDesk& desk, const auto& settings, const auto& asked) {
        return desk.of_session(asked, settings, request);
      });
}

void People::make_nonce(Done<std::string> done) {
  ask(kItself, Proves::nothing, std::move(done),
      [](PeopleDesk& desk, const auto&, const auto&) { return desk.make_nonce(); });
}

void People::stored(Done<session::Stored> done) {
  ask("", Proves::store, std::move(done),
      [](PeopleDesk& desk, const auto&, const auto& asked) { return desk.stored(asked); });
}

// ---- what clients ask

void People::users(Done<std::vector<session::User>> done) {
  ask("", Proves::store, std::move(done),
      [](PeopleDesk& desk, const auto&, const auto&) { return desk.users(); });
}

void People::add_users(const std::string& actor, std::vector<NewUser> users, bool dry_run,
                       Done<std::uint32_t> done) {
  ask(actor, Proves::store, std::move(done),
      [users = std::move(users), dry_run](PeopleDesk& desk, const auto& settings,
                                          const auto& asked) {
        return desk.add_users(asked, settings, users, dry_run);
      });
}

void People::change_user(const std::string& actor, const std::string& name, UserChange change,
                         Done<std::monostate> done) {
  ask(actor, Proves::store, std::move(done),
      [name, change = std::move(change)](PeopleDesk& desk, const auto& settings,
                                         const auto& asked) {
        return desk.change_user(asked, settings, name, change);
      });
}

void People::remove_user(const std::string& actor, const std::string& name,
                         Done<std::monostate> done) {
  ask(actor, Proves::store, std::move(done),
      [name](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.remove_user(asked, name);
      });
}

void People::new_otp(const std::string& actor, const std::string& user, session::OtpShape shape,
                     Done<Secret> done) {
  ask(actor, Proves::codes, std::move(done),
      [user, shape](PeopleDesk& desk, const auto& settings, const auto& asked) {
        return desk.new_otp(asked, settings, user, shape);
      });
}

void People::verify_otp(const std::string& actor, const std::string& user, Secret code,
                        Done<bool> done) {
  ask(actor, Proves::codes, std::move(done),
      [user, code = std::move(code)](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.verify_otp(asked, user, code);
      });
}

void People::new_recovery_codes(const std::string& actor, const std::string& user,
                                Done<std::vector<Secret>> done) {
  ask(actor, Proves::codes, std::move(done),
      [user](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.new_recovery_codes(asked, user);
      });
}

void People::new_bypass_code(const std::string& actor, const std::string& user,
                             std::uint32_t minutes, Done<Secret> done) {
  ask(actor, Proves::codes, std::move(done),
      [user, minutes](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.new_bypass_code(asked, user, minutes);
      });
}

void People::devices(Done<std::vector<session::Device>> done) {
  ask("", Proves::store, std::move(done),
      [](PeopleDesk& desk, const auto&, const auto&) { return desk.devices(); });
}

void People::add_device(const std::string& actor, NewDevice device, Done<session::Device> done) {
  ask(actor, Proves::store, std::move(done),
      [device = std::move(device)](PeopleDesk& desk, const auto& settings, const auto& asked) {
        return desk.add_device(asked, settings, device);
      });
}

void People::enable_device(const std::string& actor, const std::string& user,
                           const std::string& device, bool enabled, Done<std::monostate> done) {
  ask(actor, Proves::store, std::move(done),
      [user, device, enabled](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.enable_device(asked, user, device, enabled);
      });
}

void People::remove_device(const std::string& actor, const std::string& user,
                           const std::string& device, Done<std::monostate> done) {
  ask(actor, Proves::store, std::move(done),
      [user, device](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.remove_device(asked, user, device);
      });
}

void People::sessions(bool all, Done<std::vector<session::Session>> done) {
  ask("", Proves::store, std::move(done), [all](PeopleDesk& desk, const auto&, const auto& asked) {
    return desk.sessions(asked, all);
  });
}

void People::end_session(const std::string& actor, const std::string& id,
                         Done<std::monostate> done) {
  ask(actor, Proves::store, std::move(done),
      [id](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.end_session(asked, id);
      });
}

void People::extend_session(const std::string& actor, const std::string& id, std::uint32_t minutes,
                            Done<session::WallTime> done) {
  ask(actor, Proves::store, std::move(done),
      [id, minutes](PeopleDesk& desk, const auto&, const auto& asked) {
        return desk.extend_session(asked, id, minutes);
      });
}

void People::audit(AuditQuery query, Done<std::vector<session::AuditEntry>> done) {
  ask("", Proves::store, std::move(done),
      [query = std::move(query)](PeopleDesk& desk, const auto&, const auto&) {
        return desk.audit(query);
      });
}

void People::verify_audit(Done<AuditVerdict> done) {
  ask("", Proves::store, std::move(done),
      [](PeopleDesk& desk, const auto&, const auto&) { return desk.verify_audit(); });
}

}  // namespace kaido
