// What should be, computed from the state: pure, declarative, the same for the same state.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ike.hpp"
#include "core/kernel.hpp"
#include "core/tunnels/machine.hpp"
#include "core/wireguard.hpp"
#include "kaido/ip.hpp"

namespace kaido {

/// Links, addresses, rules, nexthops, routes and settings. `observed` tells which uplinks are
/// there; their links are in the result with the master and "up" they should have (mtu 0, no
/// alias: left alone).
[[nodiscard]] KernelState desired_kernel(const GatewayState& state, const KernelState& observed);

/// A site's policy rules, a part of desired_kernel. `observed` tells the addresses of uplinks, and
/// by which the gateway's own packets leave at present.
[[nodiscard]] std::vector<Rule> desired_rules(const GatewayState& state,
                                              const KernelState& observed);

/// What desired_kernel looks at: for NetworkStack::read.
[[nodiscard]] std::vector<std::string> uplink_devices(const Model& model);
[[nodiscard]] std::vector<std::string> sysctl_paths(const Model& model);

/// What the device of this tunnel gets: from its uplink's MTU (a site), or for an underlay of 1500
/// bytes and IPv6 outside (a hub, which cannot know).
[[nodiscard]] std::uint32_t tunnel_mtu(const GatewayState& state, const Tunnel& tunnel);

/// What packets inside it may have, as far as was proved: tunnel_mtu, or less where the way does
/// not carry that (then TCP is clamped and IPv4 told; no device is made smaller than 1280).
[[nodiscard]] std::uint32_t passing_size(const GatewayState& state, const Tunnel& tunnel);

[[nodiscard]] std::vector<WireGuardDevice> desired_wireguard(const GatewayState& state);
/// Their names alone.
[[nodiscard]] std::vector<std::string> wireguard_devices(const GatewayState& state);

[[nodiscard]] IkeDesired desired_ike(const GatewayState& state);
/// The connection of one of a site's tunnels; nullopt while its address is not known (IPv6 only).
[[nodiscard]] std::optional<IkeConnection> site_connection(const GatewayState& state,
                                                           const Tunnel& tunnel);

/// A site: sources and destinations that belong to a hub, seen through one of its tunnels.
[[nodiscard]] std::vector<Prefix> hub_sources(const Model& model, const Slot& slot,
                                              Transport transport);
/// A hub: those of a site, likewise.
[[nodiscard]] std::vector<Prefix> site_sources(const Model& model, const Site& site,
                                               Transport transport, std::uint8_t slot);

/// The body of `table inet kaido`, in nft's language.
[[nodiscard]] std::string desired_firewall(const GatewayState& state);

/// A hub's part of it: chains of their own, and the rules of the forward chain.
struct HubFirewall {
  std::string chains;
  std::string forward;
};
[[nodiscard]] HubFirewall hub_firewall(const GatewayState& state);
/// Nothing is forwarded: what guards a gateway between boot and kaidod's first start, where no
/// earlier kaidod has left a better table. Names no device, asks for no configuration.
[[nodiscard]] std::string closed_firewall();
/// The part of it that gives a DHCP client's unicast renewals their uplink, by the client's
/// hardware address in them: uplinks may have the same subnet, and the socket knows none.
[[nodiscard]] std::string dhcp_chains(const GatewayState& state);

/// What a network uses now. On a hub a "network" is a site, reached by the return route.
struct Choice {
  std::string name;
  std::vector<Prefix> prefixes;
  std::uint32_t nexthop = 0;            ///< id of the IPv4 object; the IPv6 one is id + 1
  std::vector<std::size_t> candidates;  ///< tunnels that lead there, the preferred first
  std::optional<std::size_t> tunnel;    ///< in use
  std::vector<Prefix> delivered;        ///< of `prefixes`, those that go by `tunnel`
  bool announce = true;                 ///< hub: `prefixes` are put into table 210
  bool stale = false;                   ///< hub: below what other hubs announce
  bool outranks = false;                ///< hub: above it
  std::uint16_t mtu = 0;                ///< of the routes; 0: the device's
  bool fragments = false;               ///< hub: what is larger goes in fragments outside
};
[[nodiscard]] std::vector<Choice> choices(const GatewayState& state);
/// Hub: what the kernel has for each site, by its name, as an earlier kaidod decided.
[[nodiscard]] std::map<std::string, Routing> adopted_routing(const GatewayState& state,
                                                             const KernelState& observed);
/// Hub: the outer address of the site that this choice reaches in fragments; nullopt: in whole.
[[nodiscard]] std::optional<IpAddress> fragmented_peer(const GatewayState& state,
                                                       const Choice& choice);
/// All of them: the routes towards them are to be read too (ReadScope).
[[nodiscard]] std::vector<IpAddress> fragmented_peers(const GatewayState& state);
/// What moves this choice, and nothing else, to the tunnel it uses now; empty: it uses none.
[[nodiscard]] std::vector<KernelChange> nexthop_changes(const GatewayState& state,
                                                        std::string_view choice);

}  // namespace kaido
