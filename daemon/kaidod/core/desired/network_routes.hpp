// How packets to a network (a site's) or to a site (a hub's) go: prefixes, nexthop objects, tunnel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/board.hpp"
#include "core/kernel.hpp"

namespace kaido {

struct NetworkRoute {
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
  friend bool operator==(const NetworkRoute&, const NetworkRoute&) = default;
};

/// A site: one for each network, then one for each Kaido hub. A hub: one for each of Model::sites.
[[nodiscard]] std::vector<NetworkRoute> network_routes(const Board& board);
/// A hub: that of Model::sites[site] alone. Its cost does not depend on how many sites there are.
[[nodiscard]] NetworkRoute route_to_site(const Board& board, std::uint32_t site);

/// What moves this network or site, and nothing else, to the tunnel it uses now; empty: it uses
/// none.
[[nodiscard]] std::vector<KernelChange> nexthop_changes(const Board& board,
                                                        const NetworkRoute& route);

/// What was chosen stays chosen after a configuration: `names` are those of the tunnels before it.
[[nodiscard]] std::map<std::string, Routing, std::less<>> renumbered(
    const std::map<std::string, Routing, std::less<>>& routing,
    const std::vector<std::string>& names, const TunnelStates& tunnels);

/// Hub: what the kernel has for each site, by its name, as an earlier kaidod decided.
[[nodiscard]] std::map<std::string, Routing> adopted_routing(const Board& board,
                                                             const KernelState& observed);

}  // namespace kaido
