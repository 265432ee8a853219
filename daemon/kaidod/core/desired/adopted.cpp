// What an earlier kaidod left in the kernel of a hub.
#include <set>

#include "core/addressing.hpp"
#include "core/desired/network_routes.hpp"

namespace kaido {
namespace {

/// The routes of an earlier kaidod, by destination.
class Adopted {
 public:
  Adopted(const Board& board, const KernelState& observed) : board_(board) {
    for (const auto& nexthop : observed.nexthops)
      if (nexthop.protocol == kRouteProtocol) devices_[nexthop.id] = nexthop.device;
    for (const auto& route : observed.routes)
      if (route.protocol == kRouteProtocol && route.type == RouteType::unicast) sort_in(route);
  }

  [[nodiscard]] std::optional<Routing> routing(const NetworkRoute& route) const {
    const auto device = devices_.find(route.nexthop + 1);  // every site has an IPv6 address
    if (device == devices_.end()) return std::nullopt;
    Routing routing;
    for (const auto i : route.candidates)
      if (board_.tunnels[i].device == device->second) routing.tunnel = i;
    if (!routing.tunnel) return std::nullopt;
    const auto announced = announced_.find(route.prefixes.front());
    routing.announce = routing.deliver = announced != announced_.end();
    routing.stale = routing.announce && announced->second->metric == kStaleMetric;
    routing.outranks = routing.announce && announced->second->metric == kOutranksMetric;
    routing.size = size_of(route);
    const auto& outer = board_.tunnels[*routing.tunnel].outer;
    routing.fragments = outer && in_fragments_.contains(Prefix(*outer));
    return routing;
  }

 private:
  void sort_in(const Route& route) {
    if (route.table == kSitesTable) {
      auto& best = announced_[route.destination];  // a kaidod that died half-way leaves both
      if (best == nullptr || route.metric < best->metric) best = &route;
    }
    if (route.table == kMainTable && route.nexthop != 0) delivered_[route.destination] = &route;
    if (route.mtu_locked) in_fragments_.insert(route.destination);
  }

  [[nodiscard]] std::uint16_t size_of(const NetworkRoute& route) const {
    std::uint16_t size = 0;
    for (const auto& prefix : route.prefixes) {
      const auto delivered = delivered_.find(prefix);
      const auto mtu = delivered == delivered_.end() ? 0 : delivered->second->mtu;
      if (mtu != 0 && (size == 0 || mtu < size)) size = static_cast<std::uint16_t>(mtu);
    }
    return size;
  }

  const Board& board_;
  std::map<std::uint32_t, std::string_view> devices_;  ///< by nexthop
  std::map<Prefix, const Route*> announced_;
  std::map<Prefix, const Route*> delivered_;
  std::set<Prefix> in_fragments_;
};

}  // namespace

std::map<std::string, Routing> adopted_routing(const Board& board, const KernelState& observed) {
  const Adopted kernel(board, observed);
  std::map<std::string, Routing> adopted;
  for (std::uint32_t i = 0; i < board.model.sites.size(); ++i) {
    const auto route = route_to_site(board, i);
    if (const auto routing = kernel.routing(route)) adopted.emplace(route.name, *routing);
  }
  return adopted;
}

}  // namespace kaido
