#include <algorithm>
#include <array>

#include "core/addressing.hpp"
#include "core/desired/desired.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kUsualMtu = 1500;
constexpr std::uint16_t kKeepalive = 25;  // seconds; outlives the UDP timeout of common NATs

/// Strong and no weaker: AES-256-GCM or ChaCha20-Poly1305, X25519 or ECP-384 (RFC 8247, RFC 8221).
const std::vector<std::string>& ike_proposals() {
  static const std::vector<std::string> proposals{"aes256gcm16-prfsha384-x25519-ecp384",
                                                  "chacha20poly1305-prfsha384-x25519-ecp384"};
  return proposals;
}
/// With a group each: perfect forward secrecy for every child. ChaCha20-Poly1305 first, since Linux
/// computes it at once. AES-GCM by AES-NI waits its turn where the vector unit is in use (by
/// WireGuard, say), and when such a packet comes in by an XFRM interface, xfrm_input() of Debian's
/// 6.1.192 gives its reference to the uplink back to that interface instead: deleting either waits
/// for ever then, and whoever deletes it.
const std::vector<std::string>& esp_proposals() {
  static const std::vector<std::string> proposals{"chacha20poly1305-x25519-ecp384",
                                                  "aes256gcm16-x25519-ecp384"};
  return proposals;
}

std::vector<std::string> with_weak(std::vector<std::string> strong,
                                   const std::vector<std::string>& weak) {
  strong.insert(strong.end(), weak.begin(), weak.end());
  return strong;
}

bool is_disabled(const GatewayState& state, const Tunnel& tunnel) {
  return std::holds_alternative<state::Disabled>(tunnel.state) && !state.disabled.empty();
}

std::vector<WireGuardDevice> site_wireguard(const GatewayState& state) {
  const auto& model = state.model;
  std::vector<WireGuardDevice> devices;
  for (const auto& tunnel : state.tunnels) {
    if (tunnel.transport != Transport::wireguard) continue;
    const auto& slot = model.slots.at(tunnel.owner);
    const auto& hub = model.hubs.at(slot.hub);
    const auto& key = slot.wireguard_key ? slot.wireguard_key : hub.wireguard_key;
    if (!slot.private_key || !key) continue;
    WireGuardDevice device{.name = tunnel_device(state, tunnel),
                           .private_key = *slot.private_key,
                           .fwmark = fwmark(model.uplinks.at(slot.uplink).number)};
    const auto port = slot.wireguard_port.value_or(
        static_cast<std::uint16_t>(hub.wireguard_base_port + slot.number));
    if (!is_disabled(state, tunnel))
      device.peers.push_back(
          {.public_key = *key,
           .endpoint = SocketAddress{hub.endpoints.at(slot.endpoint).address, port},
           .allowed_ips = hub_sources(model, slot, Transport::wireguard),
           .persistent_keepalive = kKeepalive});
    devices.push_back(std::move(device));
  }
  return devices;
}

std::vector<WireGuardDevice> hub_wireguard(const GatewayState& state) {
  const auto& model = state.model;
  if (!model.wireguard_private_key) return {};
  std::vector<WireGuardDevice> devices;
  for (const auto& tunnel : state.tunnels) {
    if (tunnel.transport != Transport::wireguard) continue;
    const auto name = hub_wireguard_device(tunnel.slot);
    auto device = std::ranges::find(devices, name, &WireGuardDevice::name);
    if (device == devices.end()) {
      devices.push_back(
          {.name = name,
           .private_key = *model.wireguard_private_key,
           .listen_port = static_cast<std::uint16_t>(model.wireguard_base_port + tunnel.slot)});
      device = devices.end() - 1;
    }
    const auto* key = peer_key(model, tunnel);
    if (key == nullptr || is_disabled(state, tunnel)) continue;
    device->peers.push_back({.public_key = *key,
                             .allowed_ips = site_sources(model, model.sites.at(tunnel.owner),
                                                         Transport::wireguard, tunnel.slot)});
  }
  for (auto& device : devices) std::ranges::sort(device.peers, {}, &WireGuardPeer::public_key);
  return devices;
}

IkeConnection connection_base(const Model& model) {
  IkeConnection connection;
  connection.certificate_der = model.identity.certificate_der;
  connection.authority_der = model.identity.authority_der;
  return connection;
}

IkeConnection hub_connection(const Model& model, const Site& site, std::uint8_t slot) {
  auto connection = connection_base(model);
  connection.name = connection_name(site, slot);
  connection.local_id = model.identity.domain;
  connection.remote_id = slot_identity(site.domain, slot);
  connection.if_id = if_id(site.number, slot);
  connection.ike_proposals = with_weak(ike_proposals(), site.weak_ike_proposals);
  connection.esp_proposals = with_weak(esp_proposals(), site.weak_esp_proposals);
  return connection;
}

}  // namespace

std::uint32_t tunnel_mtu(const GatewayState& state, const Tunnel& tunnel) {
  const auto& model = state.model;
  if (model.is_hub()) return tunnel_mtu(tunnel.transport, Family::v6, kUsualMtu);
  const auto& slot = model.slots.at(tunnel.owner);
  const auto& endpoint = model.hubs.at(slot.hub).endpoints.at(slot.endpoint);
  const auto mtu =
      tunnel_mtu(tunnel.transport, endpoint.address.family(), state.uplinks.at(slot.uplink).mtu);
  // No more than the hub's end of it has.
  return model.hubs.at(slot.hub).kaido
             ? std::min(mtu, tunnel_mtu(tunnel.transport, Family::v6, kUsualMtu))
             : mtu;
}

std::uint32_t passing_size(const GatewayState& state, const Tunnel& tunnel) {
  const auto full = tunnel_mtu(state, tunnel);
  const auto index = static_cast<std::size_t>(&tunnel - state.tunnels.data());
  const auto proved = index < state.sizes.size() ? state.sizes[index].size : std::uint16_t{0};
  return proved == 0 ? full : std::min<std::uint32_t>(proved, full);
}

std::vector<WireGuardDevice> desired_wireguard(const GatewayState& state) {
  return state.model.is_hub() ? hub_wireguard(state) : site_wireguard(state);
}

std::vector<std::string> wireguard_devices(const GatewayState& state) {
  std::array<bool, 256> used{};
  for (const auto& tunnel : state.tunnels)
    if (tunnel.transport == Transport::wireguard) used.at(tunnel.slot) = true;
  std::vector<std::string> names;
  for (std::size_t slot = 0; slot < used.size(); ++slot)
    if (used.at(slot))
      names.push_back(site_device(Transport::wireguard, static_cast<std::uint8_t>(slot)));
  return names;
}

std::optional<IkeConnection> site_connection(const GatewayState& state, const Tunnel& tunnel) {
  const auto& model = state.model;
  const auto& slot = model.slots.at(tunnel.owner);
  const auto& hub = model.hubs.at(slot.hub);
  const auto& address = hub.endpoints.at(slot.endpoint).address;
  auto connection = connection_base(model);
  connection.name = connection_name(model, slot);
  if (address.is_v4()) {
    connection.local_addrs = {vrf_address(model.uplinks.at(slot.uplink).number).to_string()};
  } else {
    const auto& source = state.uplinks.at(slot.uplink).ipv6_source;
    if (!source) return std::nullopt;
    connection.local_addrs = {source->to_string()};
  }
  connection.remote_addrs = {address.to_string()};
  connection.local_id = slot_identity(model.identity.domain, slot.number);
  connection.remote_id = hub.identity;
  connection.if_id = if_id(model.gateway.number, slot.number);
  connection.force_encap = tunnel.force_encap;
  connection.ike_proposals = with_weak(ike_proposals(), hub.weak_ike_proposals);
  connection.esp_proposals = with_weak(esp_proposals(), hub.weak_esp_proposals);
  return connection;
}

IkeDesired desired_ike(const GatewayState& state) {
  const auto& model = state.model;
  IkeDesired desired;
  desired.credentials = {model.identity.certificate_der, model.identity.private_key_pem,
                         model.identity.authority_der};
  for (const auto& tunnel : state.tunnels) {
    if (tunnel.transport != Transport::ikev2) continue;
    if (model.is_hub()) {
      if (!is_disabled(state, tunnel))
        desired.connections.push_back(
            hub_connection(model, model.sites.at(tunnel.owner), tunnel.slot));
    } else if (auto connection = site_connection(state, tunnel)) {
      desired.connections.push_back(std::move(*connection));
    }
  }
  std::ranges::sort(desired.connections, {}, &IkeConnection::name);
  return desired;
}

}  // namespace kaido
