// One obvious place for every name and number that Kaido gives to things in the kernel and in
// charon. All are derived from the configuration's own stable numbers, so that a new process
// finds what an earlier one made.
//
//   device   site: kd-ike<slot>, kd-wg<slot>, kd-vrf<uplink>     hub: kd-ike<site>-<slot>,
//   kd-wg<slot>
//   kd-people, kd-people-ike
//            both: kd-lo, a dummy that holds the gateway's own addresses
//   table    220 + uplink (a VRF's), 210 (sites for BIRD; hubs)
//   inner    <fleet /48>:<gateway number>::<1 ikev2 | 2 wireguard>:<slot>; ::1 is the gateway
//   itself
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.hpp"
#include "kaido/ip.hpp"

namespace kaido {

inline constexpr std::uint32_t kMainTable = 254;
inline constexpr std::uint32_t kLocalTable = 255;
inline constexpr std::uint32_t kSitesTable = 210;
/// Of a hub's routes to a site that it has not heard: above the 32 of BIRD, so that one which
/// another hub hears is reached through that. configs/bird.conf knows it.
inline constexpr std::uint32_t kStaleMetric = 1020;
/// Of those in kSitesTable to a site that another hub may still announce though it was left.
/// configs/bird.conf knows it.
inline constexpr std::uint32_t kOutranksMetric = 10;
/// Loses to every other metric of a route to the same place.
inline constexpr std::uint32_t kUnreachableMetric = 4278198272;
inline constexpr std::uint32_t kL3mdevPriority = 1000;
inline constexpr std::uint32_t kDhcpPriority = 1150;
inline constexpr std::uint32_t kLocalPriority = 1500;
inline constexpr std::uint32_t kOwnTrafficPriority = 32800;  ///< after main (32766) and default
inline constexpr std::uint16_t kDhcpServerPort = 67;
inline constexpr std::uint16_t kDhcpClientPort = 68;
/// Of DHCP renewals that are for no uplink: they go as the main table says.
inline constexpr std::uint32_t kOtherDhcpMark = 0x4bff;
inline constexpr std::uint32_t kFwmarkMask = 0xffff;
inline constexpr std::uint32_t kMinimumMtu = 1280;  ///< RFC 8200 §5: less, and IPv6 is gone
/// Bytes of an outer packet that pass everywhere, whatever a search or a claim says (RFC 791 §3.2).
inline constexpr std::uint32_t kAlwaysPasses = 576;
inline constexpr char kOwnDevice[] = "kd-lo";
/// Where people's devices come in by WireGuard (hubs). No rule for tunnels fits this name, so that
/// an older table lets nothing through.
inline constexpr char kPeopleDevice[] = "kd-people";
/// Where they come in by IKEv2: all by one, since each SA lets its device's addresses out and no
/// others. kPeopleIfId is no site's.
inline constexpr char kPeopleIkeDevice[] = "kd-people-ike";
inline constexpr std::uint32_t kPeopleIfId = 0x4a000000;
inline constexpr std::string_view kConnectionPrefix = "kaido-";
/// Of people's devices: then user, device and the begin of the certificate's fingerprint.
inline constexpr std::string_view kPeopleConnectionPrefix = "kaido-people-";

[[nodiscard]] constexpr std::uint32_t vrf_table(std::uint8_t uplink) { return 220U + uplink; }
[[nodiscard]] constexpr std::uint32_t fwmark(std::uint8_t uplink) { return 0x4b00U | uplink; }
[[nodiscard]] constexpr std::uint32_t fwmark_priority(std::uint8_t uplink) {
  return 1100U + uplink;
}
/// Of rules for packets from the uplink's own addresses: after those to the machine itself.
[[nodiscard]] constexpr std::uint32_t source_priority(std::uint8_t uplink) {
  return 1600U + uplink;
}
[[nodiscard]] std::string vrf_device(std::uint8_t uplink);
/// The permanent source of IKE and ESP over IPv4 on an uplink, masqueraded to the uplink's own
/// address (link-local, RFC 3927: no network that a person uses can collide with it).
[[nodiscard]] IpAddress vrf_address(std::uint8_t uplink);

[[nodiscard]] std::string site_device(Transport transport, std::uint8_t slot);
[[nodiscard]] std::string hub_ike_device(std::uint16_t site, std::uint8_t slot);
[[nodiscard]] std::string hub_wireguard_device(std::uint8_t slot);
[[nodiscard]] std::uint32_t if_id(std::uint16_t site, std::uint8_t slot);

/// The hub's own address in a pool of people's: the first after the network's.
[[nodiscard]] IpAddress pool_address(const Prefix& pool);

[[nodiscard]] IpAddress own_address(const Prefix& fleet, std::uint16_t gateway);
[[nodiscard]] IpAddress inner_address(const Prefix& fleet, std::uint16_t gateway,
                                      Transport transport, std::uint8_t slot);

/// Everything that is the gateway itself, as host prefixes: configured loopbacks and own_address.
[[nodiscard]] std::vector<Prefix> own_prefixes(const Prefix& fleet, std::uint16_t gateway,
                                               const std::vector<IpAddress>& loopback);

/// Names of tunnels for people: "tokyo/a:isp1/ikev2", "osaka:1/ikev2".
[[nodiscard]] std::string tunnel_name(const Model& model, const Slot& slot, Transport transport);
[[nodiscard]] std::string tunnel_name(const Site& site, std::uint8_t slot, Transport transport);

/// charon's connections: "kaido-tokyo-a-s3", "kaido-osaka-s1".
[[nodiscard]] std::string connection_name(const Model& model, const Slot& slot);
[[nodiscard]] std::string connection_name(const Site& site, std::uint8_t slot);
/// The slot number at the end of a connection's name; 0: none.
[[nodiscard]] std::uint8_t connection_slot(std::string_view connection);
/// "s3.osaka.kaido.example".
[[nodiscard]] std::string slot_identity(std::string_view domain, std::uint8_t slot);

/// Bytes a packet may have inside a tunnel whose outer packets may have `underlay` bytes; never
/// under 1280. WireGuard: 32 + UDP + IP. ESP in UDP with a 16-byte ICV: 42 + UDP + IP, aligned
/// to 4 (RFC 4303 §2, RFC 4106 §4).
[[nodiscard]] std::uint32_t tunnel_mtu(Transport transport, Family outer, std::uint32_t underlay);
/// The other way round: bytes outside of a packet with `inner` bytes; IPv6 outside: 1280 at least.
[[nodiscard]] std::uint32_t outer_size(Transport transport, Family outer, std::uint32_t inner);
/// Bytes of an inner packet, padding included, where outside no more than `bytes` pass.
[[nodiscard]] std::uint32_t inner_size(Transport transport, Family outer, std::uint32_t bytes);

}  // namespace kaido
