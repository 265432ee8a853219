// What leads to networks and sites: nexthop objects, the routes that use them, and what stands when
// there is no tunnel.
#include <algorithm>
#include <array>
#include <map>

#include "core/addressing.hpp"
#include "core/desired/fragments.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/parts.hpp"
#include "core/role.hpp"

namespace kaido::desired {
namespace {

std::optional<IpAddress> source(const Gateway& gateway, Family family) {
  if (family == Family::v6) return own_address(gateway.fleet, gateway.number);
  const auto found = std::ranges::find(gateway.loopback, Family::v4, &IpAddress::family);
  if (found == gateway.loopback.end()) return std::nullopt;
  return *found;
}

/// What the gateway itself sends to nowhere in particular has another way; what it forwards finds
/// none, with this route or without.
bool leaves_the_rest(const Model& model, const Prefix& prefix) {
  return prefix.length() == 0 && model.gateway.own_traffic == OwnTraffic::uplink;
}

/// By a nexthop object, so that one message moves all of a network's prefixes.
Route by_nexthop(const Board& board, const NetworkRoute& route, const Prefix& prefix,
                 std::uint32_t nexthop) {
  const auto v4 = prefix.family() == Family::v4;
  return {
      .destination = prefix,
      .table = kMainTable,
      .metric = route.stale ? kStaleMetric : kMetric,
      .nexthop = nexthop,
      .source = source(board.model.gateway, prefix.family()),
      .mtu = route.mtu == 0 || v4 ? route.mtu : std::max<std::uint32_t>(route.mtu, kMinimumMtu)};
}

/// BIRD cannot read nexthop objects: plain routes, in a table of their own.
Route announced(const NetworkRoute& route, const Prefix& prefix, const std::string& device) {
  Route result{.destination = prefix, .table = kSitesTable, .metric = kMetric, .device = device};
  if (route.stale) result.metric = kStaleMetric;
  if (route.outranks) result.metric = kOutranksMetric;
  return result;
}

/// By the tunnel in use, for each family that has a prefix.
void add_delivered(KernelState& kernel, const Board& board, const NetworkRoute& route) {
  if (!route.tunnel) return;
  const auto& device = board.tunnels.at(*route.tunnel).device;
  for (const auto family : {Family::v4, Family::v6}) {
    const auto id = route.nexthop + (family == Family::v4 ? 0U : 1U);
    const auto of_family = [&](const Prefix& p) { return p.family() == family; };
    if (std::ranges::none_of(route.delivered, of_family)) continue;
    kernel.nexthops.push_back({.id = id, .family = family, .device = device});
    for (const auto& prefix : route.delivered)
      if (of_family(prefix)) kernel.routes.push_back(by_nexthop(board, route, prefix, id));
  }
}

void add_site_routes(KernelState& kernel, const Board& board) {
  for (const auto& route : network_routes(board)) {
    for (const auto& prefix : route.prefixes)
      if (!leaves_the_rest(board.model, prefix)) add_unreachable(kernel, prefix, kMainTable);
    add_delivered(kernel, board, route);
  }
}

void add_hub_routes(KernelState& kernel, const Board& board, const KernelState& observed) {
  // What is offered is reached by routes of its own. When they are withdrawn, nothing of it leaves
  // by the default route, in the clear.
  for (const auto& network : board.model.networks)
    for (const auto& prefix : network.prefixes) add_unreachable(kernel, prefix, kMainTable);
  for (const auto& route : network_routes(board)) {
    add_route_to_site(kernel, board, route);
    add_fragments_to(kernel, board, observed, route);
  }
}

}  // namespace

void add_route_to_site(KernelState& kernel, const Board& board, const NetworkRoute& route) {
  for (const auto& prefix : route.prefixes) add_unreachable(kernel, prefix, kMainTable);
  add_delivered(kernel, board, route);
  if (!route.tunnel || !route.announce) return;
  const auto& device = board.tunnels.at(*route.tunnel).device;
  for (const auto& prefix : route.delivered)
    kernel.routes.push_back(announced(route, prefix, device));
}

void add_routes(KernelState& kernel, const Board& board, const KernelState& observed) {
  by_role(
      board.model, [&] { add_site_routes(kernel, board); },
      [&] { add_hub_routes(kernel, board, observed); });
}

}  // namespace kaido::desired
