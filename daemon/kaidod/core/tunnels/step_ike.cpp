// What charon tells, and what is done about an association that carries nothing.
#include <algorithm>
#include <functional>

#include "core/tunnels/connections.hpp"
#include "core/tunnels/ike_failure.hpp"
#include "core/tunnels/step.hpp"

namespace kaido::tunnels {
namespace {

std::size_t fingerprint(const IkeConnection& c) {
  std::string all = c.local_id + '\n' + c.remote_id + '\n' + c.certificates->own_der;
  if (c.force_encap) all += "\nudp";
  for (const auto* list : {&c.local_addrs, &c.remote_addrs, &c.certificates->authority_der,
                           &c.ike_proposals, &c.esp_proposals}) {
    all += '\n';
    for (const auto& item : *list) all.append(item).push_back(',');
  }
  return std::hash<std::string>{}(all);
}

}  // namespace

void Step::on(const CharonDown&) {
  tunnels_.charon_up = false;
  for (auto& tunnel : tunnels_.list) {
    if (tunnel.transport != Transport::ikev2) continue;
    tunnel.sas.clear();
    tunnel.retiring.clear();
    tunnel.attempt_sa = 0;
  }
  judge_all();
}

void Step::on(const IkeListed& event) {
  tunnels_.charon_up = true;
  for (auto& tunnel : tunnels_.list)
    if (tunnel.transport == Transport::ikev2) {
      tunnel.sas.clear();
      tunnel.retiring.clear();
    }
  for (const auto& sa : event.sas) {
    auto* tunnel = find_ike(sa.connection);
    if (tunnel == nullptr) continue;
    if (sa.carries_traffic()) {
      tunnel->sas.push_back(sa.unique_id);
    } else if (!tunnel->listens && sa.state != "DELETING") {
      actions_.emplace_back(TerminateIke{sa.unique_id});  // half-open, of an earlier life
    }
  }
  judge_all();
}

void Step::on(const IkeInitiated& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr) return;
  auto* connecting = std::get_if<state::Connecting>(&tunnel->state);
  if (!event.refusal) {
    if (connecting != nullptr) connecting->ordered = true;
    return;
  }
  if (event.refusal->condition != Condition::charon_refused) return;  // CharonDown tells
  if (connecting != nullptr) return fail(*tunnel, *event.refusal);
  tunnel->retiring.clear();  // what was to take their place does not come
  tunnel->last_failure = event.refusal;
  changed(*tunnel);
}

void Step::on(const IkeSaUp& event) {
  if (auto* tunnel = find_ike(event.connection)) tunnel->attempt_sa = event.unique_id;
}

void Step::on(const ChildSaUp& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr || std::ranges::count(tunnel->sas, event.unique_id) > 0) return;
  tunnel->sas.push_back(event.unique_id);
  if (!tunnel->retiring.empty()) {
    for (const auto id : tunnel->retiring) std::erase(tunnel->sas, id);
    terminate(tunnel->retiring);
  }
  judge(*tunnel);
}

void Step::on(const IkeSaDown& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr) return;
  const bool had_session = !tunnel->sas.empty();
  std::erase(tunnel->sas, event.unique_id);
  std::erase(tunnel->retiring, event.unique_id);
  if (had_session && tunnel->sas.empty() && !tunnel->last_failure)
    tunnel->last_failure = Error{Condition::tunnel_failed, "the security association has ended"};
  judge(*tunnel);
}

void Step::on(const IkeLogLine& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr) return;
  auto* connecting = std::get_if<state::Connecting>(&tunnel->state);
  if (connecting != nullptr && event.unique_id != 0) tunnel->attempt_sa = event.unique_id;
  const auto error = classify_ike_log(event.text);
  if (!error) return;
  if (connecting != nullptr) {
    connecting->evidence = error;
    // Without an answer charon still tries; anything else is the other side's (or our) last word.
    if (error->condition != Condition::tunnel_no_answer) {
      fail(*tunnel, *error);
      return lose_patience(*tunnel);
    }
  }
  if (tunnel->last_failure != error) {
    tunnel->last_failure = error;
    changed(*tunnel);
  }
}

/// First a new key, which also tells whether IKE answers; then another association; then another
/// encapsulation, since a line may drop protocol 50 and let UDP pass. From there on the last two by
/// turns, so that what is kept is what worked last.
void Step::on(const TunnelDead& event) {
  auto& tunnel = tunnels_.list.at(event.index);
  if (tunnel.transport != Transport::ikev2 || tunnel.sas.empty() || tunnel.listens) return;
  const auto& slot = board_.model.slots.at(tunnel.slot_index);
  const auto& endpoint = board_.model.hubs.at(slot.hub).endpoints.at(slot.endpoint);
  // Over IPv4 it is UDP anyway: the uplink's VRF address is masqueraded.
  const bool other_way = endpoint.address.family() == Family::v6 && event.attempt % 2 == 1;
  const auto how = event.attempt == 1 ? Repair::rekey
                   : other_way        ? Repair::encapsulation
                                      : Repair::anew;
  actions_.emplace_back(TunnelRepaired{event.index, how});
  if (how == Repair::encapsulation) {
    tunnel.force_encap = !tunnel.force_encap;
    return replace_changed_connections();
  }
  for (const auto id : tunnel.sas)
    if (how == Repair::rekey)
      actions_.emplace_back(RekeyIke{id, tunnel.connection});
    else
      actions_.emplace_back(TerminateIke{id});
}

Tunnel* Step::find_ike(const std::string& connection) {
  const auto name = [&](std::uint32_t index) -> const std::string& {
    return tunnels_.list[index].connection;
  };
  const auto found = std::ranges::lower_bound(tunnels_.by_connection, connection, {}, name);
  if (found == tunnels_.by_connection.end() || name(*found) != connection) return nullptr;
  return &tunnels_.list[*found];
}

/// A connection that is now another one gets a second SA first; the old one ends when it is up.
void Step::replace_changed_connections() {
  for (auto& tunnel : tunnels_.list) {
    if (tunnel.transport != Transport::ikev2 || tunnel.listens) continue;
    const auto wanted = site_connection(board_, tunnel);
    if (!wanted) continue;
    const auto print = fingerprint(*wanted);
    const bool differs = tunnel.connection_print != 0 && tunnel.connection_print != print;
    tunnel.connection_print = print;
    if (!differs || tunnel.sas.empty() || !tunnels_.charon_up) continue;
    tunnel.retiring = tunnel.sas;
    actions_.emplace_back(InitiateIke{wanted->name});
  }
}

}  // namespace kaido::tunnels
