#include "core/desired/fragments.hpp"

#include <algorithm>
#include <map>

#include "core/addressing.hpp"
#include "core/desired/parts.hpp"
#include "core/tunnels/sizes.hpp"

namespace kaido {
namespace {

bool is_inside(const Model& model, const IpAddress& address) {
  const auto has = [&](const Prefix& prefix) {
    return prefix.length() != 0 && prefix.contains(address);
  };
  return model.gateway.fleet.contains(address) ||
         std::ranges::any_of(
             model.networks,
             [&](const Network& network) { return std::ranges::any_of(network.prefixes, has); }) ||
         std::ranges::any_of(model.sites, [&](const Site& site) {
           return std::ranges::any_of(site.prefixes, has) ||
                  std::ranges::find(site.loopback, address) != site.loopback.end();
         });
}

/// The best of others' routes to an address, in each table.
std::map<std::uint32_t, const Route*> best_routes(const KernelState& observed,
                                                  const IpAddress& peer) {
  std::map<std::uint32_t, const Route*> best;
  for (const auto& route : observed.routes) {
    if (route.protocol == kRouteProtocol || route.type != RouteType::unicast ||
        route.nexthop != 0 || route.device.empty() || !route.destination.contains(peer))
      continue;
    auto& known = best[route.table];
    const auto length = route.destination.length();
    if (known == nullptr || length > known->destination.length() ||
        (length == known->destination.length() && route.metric < known->metric))
      known = &route;
  }
  return best;
}

bool any_fragments(const Board& board) {
  return std::ranges::any_of(board.routes.by_name,
                             [](const auto& entry) { return entry.second.fragments; });
}

}  // namespace

std::optional<IpAddress> fragmented_peer(const Board& board, const NetworkRoute& route) {
  if (!route.fragments || !route.tunnel) return std::nullopt;
  const auto& tunnel = board.tunnels.at(*route.tunnel);
  // A site can write any source on its outer packets: no host of the inside gets a route outside.
  if (!tunnel.listens || !tunnel.outer || is_inside(board.model, *tunnel.outer))
    return std::nullopt;
  return tunnel.outer;
}

std::vector<IpAddress> fragmented_peers(const Board& board) {
  std::vector<IpAddress> peers;
  if (!any_fragments(board)) return peers;
  for (const auto& route : network_routes(board))
    if (const auto peer = fragmented_peer(board, route)) peers.push_back(*peer);
  return peers;
}

namespace desired {

void add_fragments_to(KernelState& kernel, const Board& board, const KernelState& observed,
                      const NetworkRoute& choice) {
  const auto peer = fragmented_peer(board, choice);
  if (!peer) return;
  for (const auto& [table, like] : best_routes(observed, *peer)) {
    auto route = *like;
    route.destination = Prefix(*peer);
    route.protocol = kRouteProtocol;
    const auto same = [&](const Route& other) {
      return other.table == route.table && other.destination == route.destination &&
             other.metric == route.metric;
    };
    // Two sites behind one address: the smaller size holds for both.
    const auto known = std::ranges::find_if(kernel.routes, same);
    if (known == kernel.routes.end())
      add_locked(kernel, std::move(route), choice.mtu);
    else
      known->mtu =
          std::min(known->mtu, outer_size(Transport::wireguard, peer->family(), choice.mtu));
  }
}

void add_fragments_by(KernelState& kernel, const Board& board, std::size_t uplink,
                      const Route& way_out) {
  for (std::size_t i = 0; i < board.routes.sizes.size(); ++i) {
    if (!board.routes.sizes[i].fragments) continue;
    const auto& tunnel = board.tunnels.at(i);
    const auto& slot = board.model.slots.at(tunnel.slot_index);
    const auto& endpoint = board.model.hubs.at(slot.hub).endpoints.at(slot.endpoint).address;
    if (slot.uplink != uplink || endpoint.family() != way_out.destination.family()) continue;
    auto route = way_out;
    route.destination = Prefix(endpoint);
    add_locked(kernel, std::move(route), passing_size(board, tunnel));
  }
}

}  // namespace desired
}  // namespace kaido
