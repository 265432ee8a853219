#include "core/failover/plan.hpp"

#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/network_routes.hpp"
#include "core/tunnels/sizes.hpp"

namespace kaido {
namespace {

Measure measure_of(const Hub& hub, const Slot& slot, Transport transport) {
  if (hub.kaido) return Measure::stamp;
  return slot.probe_for(transport) ? Measure::echo : Measure::none;
}

PathSpec path_of(const Board& board, const Tunnel& tunnel, bool measuring) {
  const auto& slot = board.model.slots.at(tunnel.slot_index);
  const auto& hub = board.model.hubs.at(slot.hub);
  PathSpec spec;
  spec.name = tunnel.name;
  spec.slot = tunnel.slot;
  spec.transport = tunnel.transport;
  spec.hub = slot.hub;
  spec.endpoint = slot.endpoint;
  spec.uplink = slot.uplink;
  spec.hub_number = hub.number;
  spec.measure = measuring ? measure_of(hub, slot, tunnel.transport) : Measure::none;
  spec.sealed = hub.kaido && board.identities.slot_key(slot.number) != nullptr && hub.wireguard_key;
  const auto order = std::ranges::find(hub.transports, tunnel.transport) - hub.transports.begin();
  spec.handicap = kTransportCost * static_cast<double>(order);
  spec.full_size = static_cast<std::uint16_t>(tunnel_mtu(board, tunnel));
  const auto outside = hub.endpoints.at(slot.endpoint).address.family();
  spec.overhead = static_cast<std::uint16_t>(outer_size(tunnel.transport, outside, spec.full_size) -
                                             spec.full_size);
  spec.least = static_cast<std::uint16_t>(inner_size(tunnel.transport, outside, kAlwaysPasses));
  spec.least_fragment = static_cast<std::uint16_t>(
      inner_size(tunnel.transport, outside, outside == Family::v6 ? kMinimumMtu : kAlwaysPasses));
  return spec;
}

NetworkSpec network_of(const Board& board, const NetworkRoute& route) {
  NetworkSpec spec;
  spec.name = route.name;
  spec.paths = route.candidates;
  const auto& networks = board.model.networks;
  const auto network = std::ranges::find(networks, route.name, &Network::name);
  spec.implicit = network == networks.end();
  if (spec.implicit) {
    if (!spec.paths.empty())
      spec.hubs = {board.model.slots.at(board.tunnels.at(spec.paths.front()).slot_index).hub};
    return spec;
  }
  spec.hubs = network->hubs;
  spec.sla = {.loss = network->max_loss,
              .delay = std::chrono::milliseconds(network->max_delay_ms),
              .size = network->min_size};
  return spec;
}

}  // namespace

FailoverPlan failover_plan(const Board& board, bool measuring) {
  FailoverPlan plan;
  const auto& probing = board.model.probing;
  plan.rates = {.fast = std::chrono::milliseconds(probing.interval_ms),
                .idle = std::chrono::milliseconds(probing.idle_interval_ms),
                .slow = std::chrono::milliseconds(probing.slow_interval_ms)};
  constexpr double kMonth = 30 * 86400;
  for (const auto& uplink : board.model.uplinks)
    plan.budgets.push_back({.uplink = uplink.name, .rate = uplink.probe_budget_mb * 1e6 / kMonth});
  for (const auto& tunnel : board.tunnels) plan.paths.push_back(path_of(board, tunnel, measuring));
  for (const auto& route : network_routes(board)) {
    auto network = network_of(board, route);
    if (!network.hubs.empty()) plan.networks.push_back(std::move(network));
  }
  return plan;
}

std::map<std::string, std::size_t> adopted_choices(const Board& board,
                                                   const KernelState& observed) {
  std::map<std::string, std::size_t> adopted;
  for (const auto& route : network_routes(board)) {
    const auto nexthop = std::ranges::find_if(observed.nexthops, [&](const Nexthop& seen) {
      return (seen.id | 1U) == (route.nexthop | 1U) && seen.protocol == kRouteProtocol;
    });
    if (nexthop == observed.nexthops.end()) continue;
    for (const auto i : route.candidates)
      if (board.tunnels[i].device == nexthop->device) adopted[route.name] = i;
  }
  return adopted;
}

}  // namespace kaido
