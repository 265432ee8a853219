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
    if (!same || (code.bypass && code.until <= now)) continue;
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

Transaction refuse(const Asked& asked, const LoginRequest& request, const LoginFacts& facts,
                   const Refused& refused) {
  Transaction transaction;
  for (const auto& failures : refused.failures)
    transaction.changes.emplace_back(change::SetFailures{failures});
  transaction.notes.push_back(note(asked, request, facts, Act::login_refused,
                                   facts.device ? facts.device->name : "", to_string(refused.why)));
  return transaction;
}

Transaction open(const Asked& asked, const LoginRequest& request, const LoginFacts& facts,
                 const Opening& opening, const Session& session) {
  Transaction transaction;
  auto& changes = transaction.changes;
  if (opening.code.kind == session::CodeKind::totp)
    changes.emplace_back(change::UseStep{.user = session.user, .step = opening.code.step});
  else
    changes.emplace_back(
        change::UseCode{.user = session.user, .hash = opening.code.hash, .now = asked.now});
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
  // The source keeps its failures: they may be of others.
  for (const auto& failures : facts.failures) {
    if (failures.count > 0 && !failures.subject.starts_with("source:"))
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

/// What this batch has counted already.
using Counted = std::map<std::string, Failures>;

void remember(Counted& counted, const LoginFacts& facts, const Decision& decision,
              session::WallTime now) {
  if (const auto* refused = std::get_if<Refused>(&decision)) {
    for (const auto& failures : refused->failures) counted[failures.subject] = failures;
    return;
  }
  for (const auto& failures : facts.failures) {
    if (!failures.subject.starts_with("source:"))
      counted[failures.subject] = {.subject = failures.subject, .count = 0, .last = now};
  }
}

}  // namespace

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
  std::vector<std::string> keys;
  for (const auto& subject : session::limited(facts, request.source)) {
    keys.push_back(subject.key());
    facts.failures.push_back({.subject = keys.back(), .count = 0, .last = 0});
  }
  const auto known = store_.failures(keys);
  if (!known) return std::unexpected(known.error());
  for (const auto& failures : *known) {
    const auto place = std::ranges::find(facts.failures, failures.subject, &Failures::subject);
    if (place != facts.failures.end()) *place = failures;
  }
  return facts;
}

std::vector<Result<LoginOutcome>> PeopleDesk::log_in(const Asked& asked,
                                                     const session::Settings& settings,
                                                     std::span<const LoginRequest> requests) {
  const std::scoped_lock lock(mutex_);
  now_ = asked.now;
  std::vector<Result<LoginOutcome>> outcomes(
      requests.size(), failure(Condition::internal, "the login was not decided"));
  std::vector<LoginFacts> all_facts(requests.size());
  std::vector<Transaction> transactions;
  std::vector<std::size_t> whose;
  Counted counted;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto facts = gather(asked, requests[i]);
    if (!facts) {
      outcomes[i] = std::unexpected(facts.error());
      continue;
    }
    for (auto& failures : facts->failures)
      if (const auto newer = counted.find(failures.subject); newer != counted.end())
        failures = newer->second;
    const auto decision = session::decide(*facts, settings);
    remember(counted, *facts, decision, asked.now);
    if (const auto* refused = std::get_if<Refused>(&decision)) {
      outcomes[i] = *refused;
      if (refused->why != Refusal::too_many_attempts) {
        transactions.push_back(refuse(asked, requests[i], *facts, *refused));
        whose.push_back(i);
      }
    } else {
      auto id = vault_.make_id();
      if (!id) {
        outcomes[i] = std::unexpected(id.error());
        continue;
      }
      const auto& opening = std::get<Opening>(decision);
      const auto& account = facts->account;
      const auto& device = facts->device;
      if (!account || !device) continue;  // an opening has both
      Session session{.id = std::move(*id),
                      .user = account->name,
                      .device = device->name,
                      .door = requests[i].door,
                      .source = requests[i].source,
                      .started = asked.now,
                      .ends = opening.ends};
      transactions.push_back(open(asked, requests[i], *facts, opening, session));
      outcomes[i] =
          Admitted{.session = std::move(session),
                   .addresses = device->addresses,
                   .groups = account->groups,
                   .wireguard_key = opening.first_key ? opening.first_key : device->wireguard_key};
      whose.push_back(i);
    }
    all_facts[i] = std::move(*facts);
  }
  if (transactions.empty()) return outcomes;
  const auto written = store_.commit(transactions);
  std::vector<Transaction> late;
  for (std::size_t i = 0; i < whose.size(); ++i) {
    auto& outcome = outcomes[whose[i]];
    if (!written) {
      outcome = std::unexpected(written.error());
    } else if (const auto& one = (*written)[i]; !one) {
      auto refused = late_refusal(one.error(), all_facts[whose[i]], asked.now);
      if (!refused) {
        outcome = std::unexpected(one.error());
        continue;
      }
      late.push_back(refuse(asked, requests[whose[i]], all_facts[whose[i]], *refused));
      outcome = *std::move(refused);
    }
  }
  if (!late.empty()) {
    if (const auto noted = store_.commit(late); !noted)
      for (auto& outcome : outcomes)
        if (outcome && std::holds_alternative<Refused>(*outcome))
          outcome = std::unexpected(noted.error());
  }
  return outcomes;
}

}  // namespace kaido
