#include "core/tunnels/connections.hpp"

#include "core/addressing.hpp"

namespace kaido {
namespace {

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

}  // namespace

IkeConnection hub_connection(const Board& board, const Tunnel& tunnel) {
  const auto& model = board.model;
  const auto& site = model.sites.at(tunnel.site_index);
  IkeConnection connection;
  connection.certificates = board.identities.certificates;
  connection.name = tunnel.connection;
  connection.local_id = model.identity.domain;
  connection.remote_id = slot_identity(site.domain, tunnel.slot);
  connection.if_id = if_id(site.number, tunnel.slot);
  connection.ike_proposals = with_weak(ike_proposals(), site.weak_ike_proposals);
  connection.esp_proposals = with_weak(esp_proposals(), site.weak_esp_proposals);
  return connection;
}

std::optional<IkeConnection> site_connection(const Board& board, const Tunnel& tunnel) {
  const auto& model = board.model;
  const auto& slot = model.slots.at(tunnel.slot_index);
  const auto& hub = model.hubs.at(slot.hub);
  const auto& address = hub.endpoints.at(slot.endpoint).address;
  IkeConnection connection;
  connection.certificates = board.identities.certificates;
  connection.name = tunnel.connection;
  if (address.is_v4()) {
    connection.local_addrs = {vrf_address(model.uplinks.at(slot.uplink).number).to_string()};
  } else {
    const auto& source = board.uplinks.at(slot.uplink).ipv6_source;
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

}  // namespace kaido
