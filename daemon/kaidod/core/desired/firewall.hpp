// The table `inet kaido` that a gateway should have.
#pragma once

#include <map>
#include <string>

#include "core/board.hpp"
#include "core/firewall.hpp"

namespace kaido {

[[nodiscard]] FirewallTable desired_firewall(const Board& state);
/// Nothing is forwarded: what guards a gateway between boot and kaidod's first start, where no
/// earlier kaidod has left a better table. Names no device, asks for no configuration.
[[nodiscard]] FirewallTable closed_firewall();

/// A hub's part of it: sets and chains of their own, and the rules of the forward chain.
struct HubFirewall {
  std::map<std::string, FirewallSet> sets;
  std::string chains;
  std::string forward;
};
[[nodiscard]] HubFirewall hub_firewall(const Board& state);
/// The part of it that gives a DHCP client's unicast renewals their uplink, by the client's
/// hardware address in them: uplinks may have the same subnet, and the socket knows none.
[[nodiscard]] std::string dhcp_chains(const Board& state);

}  // namespace kaido
