// What the kernel tells of WireGuard's peers: it has no events, only handshakes with a time.
#include <algorithm>
#include <utility>

#include "core/tunnels/step.hpp"

namespace kaido::tunnels {
namespace {

const ObservedWireGuardPeer* find_peer(const ObservedWireGuardDevice& device,
                                       const WireGuardKey& key) {
  const auto key_of = [](const ObservedWireGuardPeer& peer) -> const WireGuardKey& {
    return peer.peer.public_key;
  };
  const auto found = std::ranges::lower_bound(device.peers, key, {}, key_of);
  return found == device.peers.end() || key_of(*found) != key ? nullptr : &*found;
}

}  // namespace

bool Step::observe_peer(Tunnel& tunnel, const ObservedWireGuardPeer* peer, std::int64_t wall_time,
                        Instant read_at) {
  const auto seen = peer == nullptr ? 0 : peer->last_handshake;
  const bool was_fresh = tunnel.handshake_fresh;
  const bool watched = now_ - tunnel.since >= std::chrono::seconds(kHandshakeLifetime);
  if (seen != 0 && seen != tunnel.last_handshake) {
    // The kernel stamps a handshake with a clock that may be set. Set back, it lies "in the
    // future".
    Duration age = std::chrono::seconds(std::max<std::int64_t>(0, wall_time - seen));
    // Newer than at the last look: made since then, whatever the clock says. From here on its age
    // is told by the steady clock.
    if (tunnel.looked_at != Instant{} && seen > tunnel.last_handshake)
      age = std::min(age, read_at - tunnel.looked_at);
    tunnel.handshake_at = read_at - age;
  }
  tunnel.last_handshake = seen;
  tunnel.looked_at = read_at;
  tunnel.handshake_fresh =
      seen != 0 && now_ - tunnel.handshake_at < std::chrono::seconds(kHandshakeLifetime);
  judge(tunnel);
  return seen != 0 && !tunnel.handshake_fresh && (was_fresh || watched);
}

void Step::on(const WireGuardObserved& event) {
  const auto read_at = event.read_at.value_or(now_);
  bool moved = false;
  std::size_t renewed = 0;
  for (auto i = event.first; i < std::min(event.end, tunnels_.size()); ++i) {
    auto& tunnel = tunnels_.list[i];
    if (tunnel.transport != Transport::wireguard || tunnel.device != event.device->name) continue;
    if (read_at < tunnel.looked_at) continue;
    const auto& key = tunnel.peer_key;
    const auto* peer = key ? find_peer(*event.device, *key) : nullptr;
    const bool ended = observe_peer(tunnel, peer, event.wall_time, read_at);
    if (ended && key && tunnel.listens && tunnel.over() && renewed++ < event.renewals)
      actions_.emplace_back(RenewPeer{event.device->name, *key});
    std::optional<IpAddress> outer;
    if (peer != nullptr && peer->peer.endpoint) outer = peer->peer.endpoint->address;
    moved |= std::exchange(tunnel.outer, outer) != outer;
  }
  // The routes of those that are reached in fragments follow them.
  const auto fragments = [](const auto& entry) { return entry.second.fragments; };
  if (moved && std::ranges::any_of(board_.routes.by_name, fragments))
    actions_.emplace_back(Reconcile{});
}

}  // namespace kaido::tunnels
