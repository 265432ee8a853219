// Where a tunnel should be now: by the level, whatever the edge was.
#include <utility>

#include "core/overloaded.hpp"
#include "core/tunnels/step.hpp"

namespace kaido::tunnels {
namespace {

/// Whose silence it is when nothing at all was heard of an attempt.
Error silence(const Tunnel& tunnel, const state::Connecting& attempt) {
  if (tunnel.transport != Transport::ikev2) return {Condition::tunnel_no_handshake, ""};
  if (attempt.ordered) return {Condition::tunnel_no_answer, ""};
  return {Condition::charon_absent, "it has not begun to connect"};
}

}  // namespace

/// What keeps the tunnel from being tried at all.
std::optional<Error> Step::obstacle(const Tunnel& tunnel) const {
  if (tunnels_.torn_down) return Error{Condition::torn_down, ""};
  if (tunnel.transport == Transport::ikev2 && !tunnels_.charon_up)
    return Error{Condition::charon_absent, board_.model.ike_socket};
  if (tunnel.listens) return std::nullopt;
  const auto& slot = board_.model.slots.at(tunnel.slot_index);
  const auto& endpoint = board_.model.hubs.at(slot.hub).endpoints.at(slot.endpoint);
  return unusable(board_.model.uplinks.at(slot.uplink), board_.uplinks.at(slot.uplink),
                  endpoint.address.family());
}

/// Looks at the level, whatever the edge was: where should this tunnel be now?
void Step::judge(Tunnel& tunnel) {
  if (!tunnels_.disabled.empty() && tunnels_.disabled.contains(tunnel.name)) {
    terminate(tunnel.sas);
    if (!std::holds_alternative<state::Disabled>(tunnel.state)) enter(tunnel, state::Disabled{});
    return;
  }
  if (auto reason = obstacle(tunnel)) return wait(tunnel, std::move(*reason));
  if (has_session(tunnel)) {
    if (!tunnel.up()) enter(tunnel, state::Up{});
    return;
  }
  // What an earlier kaidod left running had its firewall; nothing new is made without.
  if (tunnels_.unguarded) return wait(tunnel, *tunnels_.unguarded);
  judge_idle(tunnel);
  lose_patience(tunnel);
}

void Step::wait(Tunnel& tunnel, Error reason) {
  const auto* waiting = std::get_if<state::Waiting>(&tunnel.state);
  if (waiting == nullptr || waiting->reason != reason)
    enter(tunnel, state::Waiting{std::move(reason)});
}

void Step::lose_patience(Tunnel& tunnel) {
  if (tunnel.troubled || !tunnel.trying()) return;
  tunnel.troubled = now_ - tunnel.trying_since >= kPatience || tunnel.failures >= kPatientFailures;
}

/// Nothing is in the way, and there is no session.
void Step::judge_idle(Tunnel& tunnel) {
  if (tunnel.listens) {
    if (!std::holds_alternative<state::Listening>(tunnel.state)) enter(tunnel, state::Listening{});
    return;
  }
  std::visit(overloaded{
                 [&](const state::Disabled&) { attempt(tunnel); },
                 [&](const state::Waiting&) { attempt(tunnel); },
                 [&](const state::Listening&) { attempt(tunnel); },
                 [&](const state::Up&) {
                   fail(tunnel,
                        tunnel.last_failure.value_or(Error{tunnel.transport == Transport::ikev2
                                                               ? Condition::tunnel_failed
                                                               : Condition::tunnel_no_handshake,
                                                           ""}));
                 },
                 [&](const state::Connecting& connecting) {
                   if (now_ < connecting.deadline) return;
                   fail(tunnel, connecting.evidence.value_or(silence(tunnel, connecting)));
                 },
                 [&](const state::BackOff& back_off) {
                   if (now_ >= back_off.until) attempt(tunnel);
                 },
             },
             TunnelState(tunnel.state));
}

void Step::judge_all() {
  replace_changed_connections();
  for (auto& tunnel : tunnels_.list) judge(tunnel);
}

void Step::attempt(Tunnel& tunnel) {
  if (tunnel.transport == Transport::ikev2) {
    actions_.emplace_back(InitiateIke{tunnel.connection});
  } else {
    actions_.emplace_back(PokeWireGuard{tunnel.device});
  }
  tunnel.attempt_sa = 0;
  enter(tunnel, state::Connecting{now_ + kConnectTimeout, std::nullopt});
}

void Step::fail(Tunnel& tunnel, Error why) {
  tunnel.last_failure = std::move(why);
  ++tunnel.failures;
  if (tunnel.attempt_sa != 0) actions_.emplace_back(TerminateIke{tunnel.attempt_sa});
  tunnel.attempt_sa = 0;
  if (tunnel.transport == Transport::wireguard && !tunnel.up()) {
    enter(tunnel, state::Connecting{now_ + kConnectTimeout, tunnel.last_failure});
    return;  // the kernel goes on trying by itself
  }
  const double random = std::uniform_real_distribution<double>(0, 1)(tunnels_.random);
  enter(tunnel, state::BackOff{now_ + back_off(tunnel.failures, random)});
}

void Step::enter(Tunnel& tunnel, TunnelState next) {
  const bool was_up = tunnel.up();
  const bool was_trying = tunnel.trying();
  const bool same = tunnel.state.index() == next.index();
  tunnel.state = std::move(next);
  if (!same) tunnel.since = now_;
  if (tunnel.trying()) {
    if (!was_trying) tunnel.trying_since = now_;
  } else {
    tunnel.troubled = false;
    if (!std::holds_alternative<state::Listening>(tunnel.state)) {
      tunnel.failures = 0;
      tunnel.last_failure.reset();
    }
  }
  const bool came_or_went = was_up != tunnel.up();
  changed(tunnel, came_or_went);
  // A hub's end: only the route to its site may follow, and that is written by itself.
  if ((came_or_went && !tunnel.listens) || std::holds_alternative<state::Disabled>(tunnel.state))
    actions_.emplace_back(Reconcile{});
}

}  // namespace kaido::tunnels
