// The table `inet kaido` that a gateway should have.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/board.hpp"
#include "core/firewall.hpp"

namespace kaido {

[[nodiscard]] FirewallTable desired_firewall(const Board& board);
/// Nothing is forwarded: what guards a gateway between boot and kaidod's first start, where no
/// earlier kaidod has left a better table. Names no device, asks for no configuration.
[[nodiscard]] FirewallTable closed_firewall();

/// What differs by role: sets and chains of its own, and rules of the common chains.
struct FirewallPart {
  std::map<std::string, FirewallSet> sets;
  std::string chains;
  std::string fleet_elsewhere;  ///< for what comes with a source of the fleet by no tunnel
  std::string forward;
  std::map<std::uint32_t, std::string> by_mtu;  ///< the tunnels' devices, as elements of a set
};
[[nodiscard]] FirewallPart site_firewall(const Board& board);
[[nodiscard]] FirewallPart hub_firewall(const Board& board);
/// The part of it that gives a DHCP client's unicast renewals their uplink, by the client's
/// hardware address in them: uplinks may have the same subnet, and the socket knows none.
[[nodiscard]] std::string dhcp_chains(const Board& board);

}  // namespace kaido
