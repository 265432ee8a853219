#include "engine/portal_door.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "core/session/limits.hpp"

namespace kaido {
namespace {

using portal::Outcome;

/// With a space between, as many whole ones as a field has room for.
std::string join(const std::vector<Prefix>& prefixes) {
  std::string text;
  for (const auto& prefix : prefixes) {
    const auto one = prefix.to_string();
    if (text.size() + 1 + one.size() > portal::kLargestText) break;
    if (!text.empty()) text += ' ';
    text += one;
  }
  return text;
}

/// The portal's word, which may be anything.
std::string address_of(const std::string& source) {
  const auto address = IpAddress::parse(source);
  return address ? address->to_string() : "unknown";
}

}  // namespace

PortalDoor::PortalDoor(const Clock& clock, Portal& portal, People& people, const Board& board,
                       HubKey hub_key)
    : clock_(clock),
      portal_(portal),
      people_(people),
      board_(board),
      hub_key_(std::move(hub_key)) {}

void PortalDoor::start() {
  portal_.start([this](const portal::Packet& packet) {
    std::visit([&](const auto& question) { asked(packet.id, question); }, packet.body);
  });
}

bool PortalDoor::take_nonce(const std::string& nonce, const std::string& source) {
  return nonces_.take(nonce, session::source_of(source), clock_.now());
}

// ---- questions

void PortalDoor::asked(std::uint64_t id, const portal::AskNonce& question) {
  if (nonces_asked_ >= kMostAsked) return answer(id, Outcome::unavailable);
  ++nonces_asked_;
  people_.make_nonce(
      [this, id, source = session::source_of(question.source)](Result<std::string> nonce) {
        --nonces_asked_;
        if (!nonce) return answer(id, Outcome::unavailable);
        nonces_.add(*nonce, source, clock_.now());
        portal_.answer(
            {.id = id,
             .body = portal::Nonce{.nonce = *std::move(nonce), .hub = board_.model.gateway.name}});
      });
}

/// Who signs has signed kaidod's nonce. A browser cannot sign: what it may do is what needs no
/// signature, and it brings no key.
std::optional<session::Door> PortalDoor::door_of(const std::string& nonce,
                                                 const std::string& source,
                                                 const std::string& signature) {
  if (signature.empty()) return nonce.empty() ? std::optional(session::Door::portal) : std::nullopt;
  return take_nonce(nonce, source) ? std::optional(session::Door::client) : std::nullopt;
}

void PortalDoor::asked(std::uint64_t id, const portal::LogIn& question) {
  const auto door = door_of(question.nonce, question.source, question.signature);
  if (!door || (door == session::Door::portal && !question.wireguard_key.empty()))
    return answer(id, Outcome::refused);
  people_.log_in({.user = question.user,
                  .code = question.code,
                  .certificates = question.certificates,
                  .door = *door,
                  .source = address_of(question.source),
                  .wireguard_key = question.wireguard_key,
                  .signed_text = portal::login_text(question.nonce, board_.model.gateway.name,
                                                    question.user, question.wireguard_key),
                  .signature = question.signature},
                 [this, id, door](const Result<LoginOutcome>& outcome) {
                   if (!outcome) return answer(id, Outcome::unavailable);
                   if (const auto* const refused = std::get_if<session::Refused>(&*outcome))
                     return refuse(id, *refused, *door);
                   admit(id, std::get<Admitted>(*outcome));
                 });
}

void PortalDoor::asked(std::uint64_t id, const portal::OfSession& question) {
  const auto door = door_of(question.nonce, question.source, question.signature);
  if (!door) return answer(id, Outcome::refused);
  if (sessions_asked_ >= kMostAsked) return answer(id, Outcome::unavailable);
  ++sessions_asked_;
  people_.of_session({.verb = question.verb,
                      .door = *door,
                      .id = question.session,
                      .certificates = question.certificates,
                      .source = address_of(question.source),
                      .signed_text = portal::session_text(question.nonce, board_.model.gateway.name,
                                                          question.verb, question.session),
                      .signature = question.signature},
                     [this, id](const Result<SessionOutcome>& outcome) {
                       --sessions_asked_;
                       if (!outcome) return answer(id, Outcome::unavailable);
                       if (std::holds_alternative<SessionOver>(*outcome))
                         return answer(id, Outcome::ended);
                       if (std::holds_alternative<NotTheirs>(*outcome))
                         return answer(id, Outcome::refused);
                       admit(id, std::get<Admitted>(*outcome));
                     });
}

// ---- answers

void PortalDoor::answer(std::uint64_t id, Outcome outcome) {
  portal_.answer({.id = id, .body = portal::Answer{.outcome = outcome}});
}

/// A browser's person is told what is wrong with the certificate: that was found before anybody
/// looked at the name or the code, and says nothing of them.
void PortalDoor::refuse(std::uint64_t id, const session::Refused& refused, session::Door door) {
  if (refused.why != session::Refusal::too_many_attempts) {
    portal::Answer no{.outcome = Outcome::refused};
    if (door == session::Door::portal && session::of_certificate(refused.why))
      no.certificate = to_string(refused.why);
    return portal_.answer({.id = id, .body = std::move(no)});
  }
  portal::Answer wait{.outcome = Outcome::wait};
  wait.now = clock_.wall_time();
  wait.again = std::max<std::int64_t>(1, refused.again - wait.now);
  portal_.answer({.id = id, .body = std::move(wait)});
}

void PortalDoor::admit(std::uint64_t id, const Admitted& admitted) {
  portal::Answer answer{.outcome = Outcome::admitted, .session = admitted.session.id};
  answer.ends = admitted.session.ends;
  answer.now = clock_.wall_time();
  const auto& people = board_.model.people;
  if (people && people->wireguard_port) {
    answer.hub_key = hub_key_();
    answer.port = *people->wireguard_port;
  }
  std::vector<Prefix> own;
  own.reserve(admitted.device.addresses.size());
  for (const auto& address : admitted.device.addresses) own.emplace_back(address);
  answer.addresses = join(own);
  answer.networks = networks_of(admitted.groups);
  if (admitted.preshared_key) {
    auto text = to_base64(admitted.preshared_key->reveal().first<32>());
    answer.preshared_key = Secret::absorb(text);
  }
  if (admitted.session.door == session::Door::portal) tell_browser(answer, admitted);
  portal_.answer({.id = id, .body = std::move(answer)});
}

void PortalDoor::tell_browser(portal::Answer& answer, const Admitted& admitted) {
  answer.user = admitted.session.user;
  answer.device = admitted.device.name;
  if (const auto& key = admitted.device.wireguard_key) answer.device_key = to_base64(*key);
  for (const auto& device : admitted.devices) {
    const auto line = device.name + '\t' + (device.enabled ? "enabled" : "disabled") + '\t' +
                      std::to_string(device.not_after) + '\t' +
                      (device.wireguard_key ? "wireguard" : "ikev2") + '\n';
    if (answer.devices.size() + line.size() > portal::kLargestText) break;
    answer.devices += line;
  }
}

/// What is part of another one is left out.
std::string PortalDoor::networks_of(const std::vector<std::string>& groups) const {
  const auto& people = board_.model.people;
  if (!people) return {};
  std::set<std::string, std::less<>> names;
  for (const auto& group : people->groups)
    if (std::ranges::find(groups, group.name) != groups.end())
      names.insert(group.networks.begin(), group.networks.end());
  std::vector<Prefix> reached;
  for (const auto& network : board_.model.networks) {
    if (!names.contains(network.name)) continue;
    for (const auto& prefix : network.prefixes) {
      if (std::ranges::any_of(reached, [&](const auto& one) { return one.contains(prefix); }))
        continue;
      std::erase_if(reached, [&](const auto& one) { return prefix.contains(one); });
      reached.push_back(prefix);
    }
  }
  return join(reached);
}

}  // namespace kaido
