// PeopleDesk::of_session: what a client asks of its own open session.
#include <algorithm>
#include <utility>

#include "engine/people_desk.hpp"

namespace kaido {
namespace {

using session::Act;
using session::Door;

constexpr session::WallTime kMore = 3600;  // seconds of an extension; with more left there is none

session::AuditNote note(const Asked& asked, const SessionRequest& request,
                        const session::Session& session, Act act, std::string detail) {
  return {.at = asked.now,
          .actor = to_string(request.door),
          .act = act,
          .user = session.user,
          .subject = session.id,
          .detail = std::move(detail),
          .source = request.source};
}

}  // namespace

Result<std::string> PeopleDesk::make_nonce() {
  const std::scoped_lock lock(mutex_);
  auto nonce = vault_.make_id();
  if (!nonce) return nonce;
  const auto more = vault_.make_id();
  if (!more) return more;
  return *nonce + *more;
}

/// Every check is its own line: none of them tells the client which it was.
Result<std::optional<PeopleDesk::Owned>> PeopleDesk::find_owned(const Asked& asked,
                                                                const SessionRequest& request) {
  const auto certificate = judge_.judge(request.certificates, asked.now);
  if (certificate.fault) return std::nullopt;
  if (request.door == Door::client &&
      !judge_.signed_by(request.certificates, request.signed_text, request.signature))
    return std::nullopt;
  auto of_certificate = store_.device(certificate.fingerprint);
  if (!of_certificate) return std::unexpected(of_certificate.error());
  auto& device = *of_certificate;
  if (!device || device->fingerprint != certificate.fingerprint) return std::nullopt;
  auto of_id = store_.session(request.id);
  if (!of_id) return std::unexpected(of_id.error());
  auto& session = *of_id;
  if (!session || session->id != request.id) return std::nullopt;
  // What needs no signature opens nothing that needed one.
  if (session->door != request.door) return std::nullopt;
  if (session->user != device->user || session->device != device->name) return std::nullopt;
  auto of_name = store_.user(session->user);
  if (!of_name) return std::unexpected(of_name.error());
  auto& user = *of_name;
  if (!user) return std::nullopt;
  return Owned{
      .session = std::move(*session), .device = std::move(*device), .user = std::move(*user)};
}

Result<void> PeopleDesk::extend(const Asked& asked, const session::Settings& settings,
                                const SessionRequest& request, Owned& owned) {
  auto& session = owned.session;
  if (session.ends - asked.now >= kMore) return {};
  // A code is asked for again after twice a session's length at last.
  const auto last = session.started + session::WallTime{120} * settings.session_minutes;
  const auto ends =
      std::min({session.ends + kMore, last,
                session::session_end(asked.now, asked.utc_offset, settings, owned.user.groups)});
  if (ends <= session.ends) return {};
  Transaction transaction;
  transaction.changes.emplace_back(
      change::ExtendSession{.id = session.id, .ends = ends, .now = asked.now});
  transaction.notes.push_back(
      note(asked, request, session, Act::session_extended,
           "by " + std::to_string((ends - session.ends) / 60) + " minutes"));
  if (const auto done = commit(std::move(transaction)); !done) return done;
  session.ends = ends;
  return {};
}

Result<SessionOutcome> PeopleDesk::of_session(const Asked& asked, const session::Settings& settings,
                                              const SessionRequest& request) {
  const std::scoped_lock lock(mutex_);
  auto found = find_owned(asked, request);
  if (!found) return std::unexpected(found.error());
  auto& owned = *found;
  if (!owned) return NotTheirs{};
  auto& [session, device, user] = *owned;
  if (!session.lives(asked.now)) return SessionOver{};
  // Theirs were ended when they were disabled; should one live all the same, it is of no use.
  if (!user.enabled || !device.enabled) return NotTheirs{};
  if (request.verb == portal::Verb::log_out) {
    Transaction transaction;
    transaction.changes.emplace_back(change::EndSessions{.id = session.id,
                                                         .user = "",
                                                         .device = "",
                                                         .at = asked.now,
                                                         .reason = session::EndReason::logged_out});
    transaction.notes.push_back(note(asked, request, session, Act::session_ended, "logged out"));
    if (const auto done = commit(std::move(transaction)); !done)
      return std::unexpected(done.error());
    return SessionOver{};
  }
  if (request.verb == portal::Verb::extend) {
    if (const auto done = extend(asked, settings, request, *owned); !done)
      return std::unexpected(done.error());
  }
  auto key = preshared_key(session);
  if (!key) return std::unexpected(key.error());
  Admitted admitted{.session = std::move(session),
                    .device = std::move(device),
                    .groups = std::move(user.groups),
                    .preshared_key = std::move(*key),
                    .devices = {}};
  if (request.door == Door::client) return admitted;
  auto devices = store_.devices();
  if (!devices) return std::unexpected(devices.error());
  for (auto& one : *devices)
    if (one.user == user.name) admitted.devices.push_back(std::move(one));
  return admitted;
}

}  // namespace kaido
