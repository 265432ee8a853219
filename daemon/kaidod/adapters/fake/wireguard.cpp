#include "adapters/fake/wireguard.hpp"

#include <algorithm>

namespace kaido::fake {

Result<ObservedWireGuardDevice*> WireGuard::find(const std::string& name) {
  if (!failures_.empty()) {
    auto error = std::move(failures_.front());
    failures_.pop_front();
    return std::unexpected(std::move(error));
  }
  if (!supported_) return failure(Condition::wireguard_unsupported, "");
  const auto* link = network_.find_link(name);
  if (link == nullptr || !std::holds_alternative<WireGuardLink>(link->kind))
    return failure(Condition::not_found, name + ": no such WireGuard device");
  auto& slot = slots_[name];
  if (slot.index != link->index) slot = {link->index, {}};
  slot.device.name = name;
  return &slot.device;
}

Result<ObservedWireGuardDevice> WireGuard::read(const std::string& device) {
  const std::lock_guard lock(mutex_);
  auto found = find(device);
  if (!found) return std::unexpected(found.error());
  auto observed = **found;
  std::ranges::sort(observed.peers, {}, [](const auto& peer) { return peer.peer.public_key; });
  return observed;
}

Result<void> WireGuard::write(const WireGuardChange& change) {
  if (on_write) on_write(change);
  const std::lock_guard lock(mutex_);
  auto found = find(change.device);
  if (!found) return std::unexpected(found.error());
  auto& device = **found;
  if (change.listen_port) device.listen_port = *change.listen_port;
  if (change.fwmark) device.fwmark = *change.fwmark;
  for (const auto& peer : change.peers) write_peer(device, peer);
  if (change.private_key) device.private_key = change.private_key;
  return {};
}

void WireGuard::write_peer(ObservedWireGuardDevice& device, const WireGuardPeerChange& change) {
  ++peers_written_;
  const auto& key = change.peer.public_key;
  const auto is_it = [&](const ObservedWireGuardPeer& p) { return p.peer.public_key == key; };
  auto found = std::ranges::find_if(device.peers, is_it);
  if (change.remove) {
    if (found != device.peers.end()) device.peers.erase(found);
    return;
  }
  if (found == device.peers.end()) {
    if (change.update_only) return;
    device.peers.emplace_back().peer.public_key = key;
    found = device.peers.end() - 1;
  }
  auto& peer = found->peer;
  if (change.set_endpoint) peer.endpoint = change.peer.endpoint;
  if (change.set_keepalive) peer.persistent_keepalive = change.peer.persistent_keepalive;
  if (change.set_preshared_key) peer.preshared_key = change.peer.preshared_key;
  if (!change.set_allowed_ips) return;
  for (auto& other : device.peers)
    std::erase_if(other.peer.allowed_ips, [&](const Prefix& prefix) {
      return std::ranges::find(change.peer.allowed_ips, prefix) != change.peer.allowed_ips.end();
    });
  peer.allowed_ips = change.peer.allowed_ips;
  std::ranges::sort(peer.allowed_ips);
}

void WireGuard::set_counters(const std::string& device, const WireGuardKey& peer,
                             std::int64_t last_handshake, std::uint64_t received,
                             std::uint64_t sent) {
  const auto slot = slots_.find(device);
  if (slot == slots_.end()) return;
  for (auto& observed : slot->second.device.peers) {
    if (observed.peer.public_key != peer) continue;
    observed.last_handshake = last_handshake;
    observed.received = received;
    observed.sent = sent;
  }
}

}  // namespace kaido::fake
