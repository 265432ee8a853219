#include "core/tunnels/connections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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

/// What devices offer as they come from the shop, after the strong ones: AES in counter or block
/// mode with SHA-2 and a group of 2,048 bits or an elliptic one, all of RFC 8247's "must" and
/// "should". 1,024 bits, which Windows offers unless it is told otherwise, are none.
const std::vector<std::string>& person_ike_proposals() {
  static const auto proposals = with_weak(
      ike_proposals(), {"aes256gcm16-aes128gcm16-prfsha384-prfsha256-x25519-ecp384-ecp256-modp2048",
                        "aes256-sha384-sha256-x25519-ecp384-ecp256-modp2048"});
  return proposals;
}
/// A group where the device offers one (`modpnone`: some rekey without).
const std::vector<std::string>& person_esp_proposals() {
  static const auto proposals =
      with_weak(esp_proposals(), {"chacha20poly1305-aes256gcm16-aes128gcm16-x25519-ecp384-ecp256-"
                                  "modp2048-modpnone",
                                  "aes256-sha384-sha256-ecp384-ecp256-modp2048-modpnone"});
  return proposals;
}
/// A laptop that sleeps for an hour goes on where it was: nothing is asked of it before. One that
/// is away for longer comes in anew, as long as its session lives.
constexpr std::uint32_t kPersonDpd = 4500;             // seconds
constexpr std::uint32_t kPersonIkeRekey = 86400;       // seconds
constexpr std::uint32_t kPersonChildRekey = 4 * 3600;  // seconds

/// What members of these groups reach, and the hub's own addresses in the pools, which answer a
/// ping. Clients of Apple and strongSwan route by what they are granted here: all of it and no more
/// keeps the rest of their traffic off the hub, which would drop it.
std::vector<Prefix> reached(const Model& model, const session::Settings& people,
                            const session::IkeAdmission& admission) {
  std::vector<Prefix> prefixes;
  prefixes.reserve(people.addresses.size());
  for (const auto& pool : people.addresses) prefixes.emplace_back(pool_address(pool));
  for (const auto& group : people.groups) {
    if (std::ranges::find(admission.groups, group.name) == admission.groups.end()) continue;
    for (const auto& network : model.networks)
      if (std::ranges::find(group.networks, network.name) != group.networks.end())
        std::ranges::copy(network.prefixes, std::back_inserter(prefixes));
  }
  std::erase_if(prefixes, [&](const Prefix& prefix) {
    return std::ranges::find(admission.addresses, prefix.family(), &IpAddress::family) ==
           admission.addresses.end();
  });
  std::ranges::sort(prefixes);
  prefixes.erase(std::ranges::unique(prefixes).begin(), prefixes.end());
  return prefixes;
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

std::vector<IkeConnection> person_connections(const Board& board, const std::string& name,
                                              const session::IkeAdmission& admission) {
  const auto& people = board.model.people;
  if (!people) return {};
  const auto networks = reached(board.model, *people, admission);
  if (networks.empty()) return {};
  IkeConnection connection;
  connection.certificates = board.identities.people_certificates;
  connection.local_id = board.model.identity.domain;
  connection.if_id = kPeopleIfId;
  connection.ike_proposals = person_ike_proposals();
  connection.esp_proposals = person_esp_proposals();
  connection.dpd_delay = kPersonDpd;
  connection.ike_rekey_time = kPersonIkeRekey;
  connection.child_rekey_time = kPersonChildRekey;
  connection.person = IkePerson{.certificate = admission.certificate,
                                .revocation_required = people->revocation_required,
                                .addresses = admission.addresses,
                                .networks = networks};
  std::vector<IkeConnection> connections;
  for (const auto& identity : admission.identities) {
    connection.name =
        connections.empty() ? name : fmt::format("{}-{}", name, connections.size() + 1);
    connection.remote_id = identity;
    connections.push_back(connection);
  }
  return connections;
}

}  // namespace kaido
