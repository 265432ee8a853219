#include "core/desired/wireguard.hpp"

#include <algorithm>
#include <array>

#include "core/addressing.hpp"
#include "core/role.hpp"
#include "core/tunnels/sources.hpp"

namespace kaido {
namespace {

constexpr std::uint16_t kKeepalive = 25;  // seconds; outlives the UDP timeout of common NATs

bool is_disabled(const Tunnel& tunnel) {
  return std::holds_alternative<state::Disabled>(tunnel.state);
}

std::vector<WireGuardDevice> site_wireguard(const Board& board) {
  const auto& model = board.model;
  std::vector<WireGuardDevice> devices;
  for (const auto& tunnel : board.tunnels) {
    if (tunnel.transport != Transport::wireguard) continue;
    const auto& slot = model.slots.at(tunnel.slot_index);
    const auto& hub = model.hubs.at(slot.hub);
    const auto& key = tunnel.peer_key;
    const auto* own = board.identities.slot_key(slot.number);
    if (own == nullptr || !key) continue;
    WireGuardDevice device{.name = tunnel.device,
                           .private_key = *own,
                           .fwmark = fwmark(model.uplinks.at(slot.uplink).number)};
    const auto port = slot.wireguard_port.value_or(
        static_cast<std::uint16_t>(hub.wireguard_base_port + slot.number));
    if (!is_disabled(tunnel))
      device.peers.push_back(
          {.public_key = *key,
           .endpoint = SocketAddress{hub.endpoints.at(slot.endpoint).address, port},
           .allowed_ips = sources_behind(model, tunnel),
           .persistent_keepalive = kKeepalive});
    devices.push_back(std::move(device));
  }
  return devices;
}

/// Not before it is known who lives: until then those of before stay.
void add_people(std::vector<WireGuardDevice>& devices, const Board& board) {
  const auto& people = board.model.people;
  const auto& own = board.identities.hub_key;
  if (!people || !people->wireguard_port || !own || !board.admissions.known) return;
  WireGuardDevice device{
      .name = kPeopleDevice, .private_key = *own, .listen_port = *people->wireguard_port};
  for (const auto& [key, admission] : board.admissions.peers)
    device.peers.push_back(session::peer_of(key, admission));
  devices.push_back(std::move(device));
}

std::vector<WireGuardDevice> hub_wireguard(const Board& board) {
  const auto& model = board.model;
  const auto& own = board.identities.hub_key;
  if (!own) return {};
  std::vector<WireGuardDevice> devices;
  for (const auto& tunnel : board.tunnels) {
    if (tunnel.transport != Transport::wireguard) continue;
    auto device = std::ranges::find(devices, tunnel.device, &WireGuardDevice::name);
    if (device == devices.end()) {
      devices.push_back(
          {.name = tunnel.device,
           .private_key = *own,
           .listen_port = static_cast<std::uint16_t>(model.wireguard_base_port + tunnel.slot)});
      device = devices.end() - 1;
    }
    const auto& key = tunnel.peer_key;
    if (!key || is_disabled(tunnel)) continue;
    device->peers.push_back({.public_key = *key, .allowed_ips = sources_behind(model, tunnel)});
  }
  add_people(devices, board);
  for (auto& device : devices) std::ranges::sort(device.peers, {}, &WireGuardPeer::public_key);
  return devices;
}

}  // namespace

std::vector<WireGuardDevice> desired_wireguard(const Board& board) {
  return by_role(
      board.model, [&] { return site_wireguard(board); }, [&] { return hub_wireguard(board); });
}

std::vector<std::string> wireguard_devices(const Board& board) {
  std::array<bool, 256> used{};
  for (const auto& tunnel : board.tunnels)
    if (tunnel.transport == Transport::wireguard) used.at(tunnel.slot) = true;
  std::vector<std::string> names;
  for (std::size_t slot = 0; slot < used.size(); ++slot)
    if (used.at(slot))
      names.push_back(site_device(Transport::wireguard, static_cast<std::uint8_t>(slot)));
  return names;
}

}  // namespace kaido
