// What nftables should hold.
#pragma once

#include <string>

#include "core/board.hpp"

namespace kaido {

/// The body of `table inet kaido`, in nft's language.
[[nodiscard]] std::string desired_firewall(const Board& state);

/// A hub's part of it: chains of their own, and the rules of the forward chain.
struct HubFirewall {
  std::string chains;
  std::string forward;
};
[[nodiscard]] HubFirewall hub_firewall(const Board& state);
/// Nothing is forwarded: what guards a gateway between boot and kaidod's first start, where no
/// earlier kaidod has left a better table. Names no device, asks for no configuration.
[[nodiscard]] std::string closed_firewall();
/// The part of it that gives a DHCP client's unicast renewals their uplink, by the client's
/// hardware address in them: uplinks may have the same subnet, and the socket knows none.
[[nodiscard]] std::string dhcp_chains(const Board& state);

}  // namespace kaido
