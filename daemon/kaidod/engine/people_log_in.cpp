// PeopleDesk::log_in: gathers what is known of each login, has core/session decide, writes it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/people_desk.hpp"
#include "kaido/secret.hpp"

namespace kaido {
namespace {

using session::Act;
using session::AuditNote;
using session::CertificateFacts;
using session::Decision;
using session::EndReason;
using session::Failures;
using session::LoginFacts;
using session::Opening;
using session::Refusal;
using session::Refused;
using session::Session;

/// Every one is looked at, so that the time does not tell which it was.
std::optional<session::CodeMatch> find_code(const std::vector<StoredCode>& codes,
                                            const std::array<std::uint8_t, 32>& hash,
                                            session::WallTime now) {
  std::optional<session::CodeMatch> found;
  const Secret wanted(hash);
  for (const auto& code : codes) {
    const bool same = Secret(code.hash) == wanted;
    if (!same || (code.until && *code.until <= now)) continue;
    found = {.kind = code.bypass ? session::CodeKind::bypass : session::CodeKind::recovery,
             .step = 0,
             .hash = hash};
  }
  return found;
}

/// A name that nobody could have is not kept: what was typed there may be a password.
std::string name_of(const LoginFacts& facts) {
  return session::valid_name(facts.user) ? facts.user : "";
}

AuditNote note(const Asked& asked, const LoginRequest& request, const LoginFacts& facts, Act act,
               std::string subject, std::string detail) {
  return {.at = asked.now,
          .actor = to_string(request.door),
          .act = act,
          .user = name_of(facts),
          .subject = std::move(subject),
          .detail = std::move(detail),
          .source = request.source};
}

/// Without a valid certificate of a device that is known: they can be anybody, and many.
bool is_stranger(const LoginFacts& facts) { return facts.certificate.fault || !facts.device; }

AuditNote note_of_refusal(const Asked& asked, const LoginRequest& request, const LoginFacts& facts,
                          Refusal why) {
  return note(asked, request, facts, Act::login_refused, facts.device ? facts.device->name : "",
              to_string(why));
}

std::vector<Change> counting(const Refused& refused) {
  std::vector<Change> changes;
  changes.reserve(refused.failures.size());
  for (const auto& failures : refused.failures) changes.emplace_back(change::SetFailures{failures});
  return changes;
}

/// Uses the code up, where one was needed.
void use_code(std::vector<Change>& changes, const Asked& asked, const Opening& opening,
              const std::string& user) {
  if (!opening.code) return;
  if (opening.code->kind == session::CodeKind::totp)
    changes.emplace_back(change::UseStep{.user = user, .step = opening.code->step});
  else
    changes.emplace_back(
        change::UseCode{.user = user, .hash = opening.code->hash, .now = asked.now});
}

/// The source keeps its failures: they may be of others.
bool is_forgiven(const Failures& failures) { return !failures.subject.starts_with("source:"); }

Transaction open(const Asked& asked, const LoginRequest& request, const LoginFacts& facts,
                 const Opening& opening, const Session& session) {
  Transaction transaction;
  auto& changes = transaction.changes;
  use_code(changes, asked, opening, session.user);
  changes.emplace_back(change::EndSessions{.id = "",
                                           .user = session.user,
                                           .device = session.device,
                                           .at = asked.now,
                                           .reason = EndReason::replaced});
  changes.emplace_back(change::OpenSession{session});
  if (opening.first_key) {
    changes.emplace_back(change::SetDeviceKey{
        .user = session.user, .device = session.device, .key = *opening.first_key});
    transaction.notes.push_back(note(asked, request, facts, Act::device_changed, session.device,
                                     "WireGuard key " + to_base64(*opening.first_key)));
  }
  for (const auto& failures : facts.failures) {
    if (failures.count > 0 && is_forgiven(failures))
      changes.emplace_back(
          change::SetFailures{{.subject = failures.subject, .count = 0, .last = asked.now}});
  }
  transaction.notes.push_back(
      note(asked, request, facts, Act::login_admitted, session.id, session.device));
  return transaction;
}

/// It was used between the look and the write: by another login of the same moment.
Refused used(const LoginFacts& facts, session::WallTime now) {
  Refused refused{.why = Refusal::used_code, .failures = {}, .again = 0};
  for (const auto& failures : facts.failures)
    refused.failures.push_back(session::failed(failures, now));
  return refused;
}

/// Why a login that was decided is not written; nullopt: it is no refusal.
std::optional<Refused> late_refusal(const Error& error, const LoginFacts& facts,
                                    session::WallTime now) {
  if (error.condition == Condition::login_refused) return used(facts, now);
  // Another device has the key, or this one got another with a login of the same moment.
  if (error.condition == Condition::already_exists && !facts.wireguard_key.empty())
    return Refused{.why = Refusal::key_differs, .failures = {}, .again = 0};
  return std::nullopt;
}

}  // namespace

/// One of a batch, with what is known of it.
struct PeopleDesk::Login {
  const LoginRequest& request;
  std::size_t place;  ///< of its outcome
  LoginFacts facts;
};

/// Logins that are written together.
class PeopleDesk::Batch {
 public:
  /// What this batch has counted already goes before what the store says.
  void refresh(LoginFacts& facts) const {
    for (auto& failures : facts.failures)
      if (const auto newer = counted_.find(failures.subject); newer != counted_.end())
        failures = newer->second;
  }
  void remember(const LoginFacts& facts, const Decision& decision) {
    if (const auto* refused = std::get_if<Refused>(&decision)) {
      for (const auto& failures : refused->failures) counted_[failures.subject] = failures;
      return;
    }
    for (const auto& failures : facts.failures) {
      if (is_forgiven(failures))
        counted_[failures.subject] = {.subject = failures.subject, .count = 0, .last = facts.now};
    }
  }
  void add(Login login, Transaction transaction) {
    logins_.push_back(std::move(login));
    transactions_.push_back(std::move(transaction));
  }
  /// Of the same order.
  [[nodiscard]] const std::vector<Login>& logins() const { return logins_; }
  [[nodiscard]] const std::vector<Transaction>& transactions() const { return transactions_; }

 private:
  std::map<std::string, Failures> counted_;
  std::vector<Login> logins_;
  std::vector<Transaction> transactions_;
};

Result<std::optional<session::CodeMatch>> PeopleDesk::match(const LoginRequest& request,
                                                            const std::optional<StoredOtp>& otp,
                                                            session::WallTime now) {
  // What is done for somebody who is not known is the same, and comes to nothing.
  if (!nobodys_) {
    auto sealed = vault_.make("", session::Algorithm::sha1);
    if (!sealed) return std::unexpected(sealed.error());
    nobodys_ = StoredOtp{.sealed = std::move(sealed->bytes), .shape = {}};
  }
  const auto& kept = otp ? *otp : *nobodys_;
  const auto step =
      vault_.match(otp ? request.user : "", kept.sealed, kept.shape, request.code, now);
  if (!step) return std::unexpected(step.error());
  const auto hash = vault_.hash_code(request.user, request.code);
  if (!hash) return std::unexpected(hash.error());
  const auto codes = store_.codes(request.user);
  if (!codes) return std::unexpected(codes.error());
  auto found = find_code(*codes, *hash, now);
  if (found) return found;
  const auto& matched = *step;
  if (!matched || !otp) return std::nullopt;
  return session::CodeMatch{.kind = session::CodeKind::totp, .step = *matched, .hash = {}};
}

/// A certificate is public: only who has its key can be counted against its device.
CertificateFacts PeopleDesk::certificate_of(const Asked& asked, const LoginRequest& request) const {
  auto facts = judge_.judge(request.certificates, asked.now);
  if (request.door == session::Door::client && !facts.fault &&
      !judge_.signed_by(request.certificates, request.signed_text, request.signature))
    facts.fault = Refusal::certificate_invalid;
  return facts;
}

Result<session::LoginFacts> PeopleDesk::gather(const Asked& asked, const LoginRequest& request) {
  LoginFacts facts;
  facts.now = asked.now;
  facts.utc_offset = asked.utc_offset;
  facts.user = request.user;
  facts.wireguard_key = request.wireguard_key;
  facts.door = request.door;
  facts.certificate = certificate_of(asked, request);
  auto account = store_.user(request.user);
  if (!account) return std::unexpected(account.error());
  auto device = store_.device(facts.certificate.fingerprint);
  if (!device) return std::unexpected(device.error());
  const auto kept = store_.otp(request.user);
  if (!kept) return std::unexpected(kept.error());
  const auto& otp = *kept;
  const auto code = match(request, otp, asked.now);
  if (!code) return std::unexpected(code.error());
  facts.account = std::move(*account);
  facts.device = std::move(*device);
  facts.code = *code;
  if (otp) facts.used_step = used_step(request.user, *otp);
  if (const auto known = find_failures(facts, request.source); !known)
    return std::unexpected(known.error());
  return facts;
}

Result<void> PeopleDesk::find_failures(LoginFacts& facts, const std::string& source) {
  std::vector<std::string> keys;
  for (const auto& subject : session::limited(facts, source)) {
    keys.push_back(subject.key());
    facts.failures.push_back({.subject = keys.back(), .count = 0, .last = 0});
  }
  const auto known = store_.failures(keys);
  if (!known) return std::unexpected(known.error());
  for (const auto& failures : *known) {
    const auto place = std::ranges::find(facts.failures, failures.subject, &Failures::subject);
    if (place != facts.failures.end()) *place = failures;
  }
  return {};
}

Result<LoginOutcome> PeopleDesk::decide(const Asked& asked, const session::Settings& settings,
                                        Login login, Batch& batch) {
  batch.refresh(login.facts);
  const auto decision = session::decide(login.facts, settings);
  batch.remember(login.facts, decision);
  if (const auto* const opening = std::get_if<Opening>(&decision))
    return admit(asked, std::move(login), *opening, batch);
  const auto& refused = std::get<Refused>(decision);
  if (refused.why != Refusal::too_many_attempts) {
    auto transaction = refusal(asked, login, refused);
    batch.add(std::move(login), std::move(transaction));
  }
  return refused;
}

Transaction PeopleDesk::refusal(const Asked& asked, const Login& login, const Refused& refused) {
  Transaction transaction{.changes = counting(refused), .notes = {}};
  if (!is_stranger(login.facts) || strangers_.may_be_noted(asked.now))
    transaction.notes.push_back(note_of_refusal(asked, login.request, login.facts, refused.why));
  return transaction;
}

Result<LoginOutcome> PeopleDesk::admit(const Asked& asked, Login login, const Opening& opening,
                                       Batch& batch) {
  const auto& account = login.facts.account;
  const auto& device = login.facts.device;
  if (!account || !device)  // an opening has both
    return failure(Condition::internal, "a login was admitted without a user or a device");
  auto id = vault_.make_id();
  if (!id) return std::unexpected(id.error());
  Session session{.id = std::move(*id),
                  .user = account->name,
                  .device = device->name,
                  .door = login.request.door,
                  .source = login.request.source,
                  .preshared = !login.facts.wireguard_key.empty(),
                  .started = asked.now,
                  .ends = opening.ends};
  auto key = preshared_key(session);
  if (!key) return std::unexpected(key.error());
  auto transaction = open(asked, login.request, login.facts, opening, session);
  Admitted admitted{.session = std::move(session),
                    .device = *device,
                    .groups = account->groups,
                    .preshared_key = std::move(*key),
                    .devices = {}};
  if (opening.first_key) admitted.device.wireguard_key = opening.first_key;
  batch.add(std::move(login), std::move(transaction));
  return admitted;
}

/// An outcome counts when it is on the disk.
void PeopleDesk::write(const Asked& asked, const Batch& batch,
                       std::vector<Result<LoginOutcome>>& outcomes) {
  if (batch.transactions().empty()) return;
  const auto written = store_.commit(batch.transactions());
  std::vector<Transaction> late;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < batch.logins().size(); ++i) {
    const auto& login = batch.logins()[i];
    auto& outcome = outcomes[login.place];
    const auto& one = written ? (*written)[i] : std::unexpected(written.error());
    if (one) continue;
    outcome = std::unexpected(one.error());
    auto refused = written ? late_refusal(one.error(), login.facts, asked.now) : std::nullopt;
    if (!refused) continue;
    late.push_back(refusal(asked, login, *refused));
    whose.push_back(login.place);
    outcome = *std::move(refused);
  }
  if (late.empty()) return;
  if (const auto noted = store_.commit(late); !noted)
    for (const auto place : whose) outcomes[place] = std::unexpected(noted.error());
}

std::vector<Result<LoginOutcome>> PeopleDesk::log_in(const Asked& asked,
                                                     const session::Settings& settings,
                                                     std::span<const LoginRequest> requests) {
  const std::scoped_lock lock(mutex_);
  now_ = asked.now;
  Batch batch;
  std::vector<Result<LoginOutcome>> outcomes;
  outcomes.reserve(requests.size());
  for (const auto& request : requests) {
    auto facts = gather(asked, request);
    if (!facts) {
      outcomes.emplace_back(std::unexpected(facts.error()));
      continue;
    }
    Login login{.request = request, .place = outcomes.size(), .facts = *std::move(facts)};
    outcomes.push_back(decide(asked, settings, std::move(login), batch));
  }
  write(asked, batch, outcomes);
  return outcomes;
}

}  // namespace kaido
