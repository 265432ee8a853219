// What the kernel should hold: links, addresses, rules, nexthops, routes and settings. Each subject
// adds its part.
#pragma once

#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/desired/network_routes.hpp"
#include "core/kernel.hpp"

namespace kaido {

/// `observed` tells which uplinks are there; their links are in the result with the master and "up"
/// they should have (mtu 0, no alias: left alone).
[[nodiscard]] KernelState desired_kernel(const Board& board, const KernelState& observed);

/// What desired_kernel looks at: for NetworkStack::read.
[[nodiscard]] std::vector<std::string> uplink_devices(const Model& model);
[[nodiscard]] std::vector<std::string> sysctl_paths(const Model& model);

namespace desired {

void add_settings(KernelState& kernel, const Board& board, const KernelState& observed);
/// The gateway's own addresses, on a device of their own.
void add_own_addresses(KernelState& kernel, const Board& board);
/// A site's; a hub keeps its plain tables.
void add_uplinks(KernelState& kernel, const Board& board, const KernelState& observed);
/// Where people come in, and the ways to their devices (a hub's).
void add_people(KernelState& kernel, const Board& board, const KernelState& observed);
void add_tunnels(KernelState& kernel, const Board& board);
void add_routes(KernelState& kernel, const Board& board, const KernelState& observed);

/// A hub's, to one site alone.
void add_route_to_site(KernelState& kernel, const Board& board, const NetworkRoute& route);

/// A site's policy rules. `observed` tells the addresses of uplinks, and by which the gateway's own
/// packets leave at present.
[[nodiscard]] std::vector<Rule> rules(const Board& board, const KernelState& observed);

}  // namespace desired
}  // namespace kaido
