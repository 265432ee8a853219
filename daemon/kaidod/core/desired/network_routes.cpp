#include "core/desired/network_routes.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/addressing.hpp"
#include "core/role.hpp"
#include "core/tunnels/sizes.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kNetworkIds = 0x4b000000;
constexpr std::uint32_t kSiteIds = 0x4b800000;

/// FNV-1a, cut to 20 bits: a network keeps its id when others come and go.
std::uint32_t name_hash(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash ^ hash >> 20) & 0xfffffU;
}

/// A site's networks and hubs.
class SiteRoutes {
 public:
  explicit SiteRoutes(const Board& board) : board_(board), model_(board.model) {}

  std::vector<NetworkRoute> take() && {
    for (const auto& network : model_.networks) add(network.name, network.prefixes, network.hubs);
    for (std::size_t i = 0; i < model_.hubs.size(); ++i) {
      const auto& hub = model_.hubs[i];
      if (!hub.kaido) continue;
      add("hub " + hub.name, own_prefixes(model_.gateway.fleet, hub.number, hub.loopback), {i});
    }
    return std::move(routes_);
  }

 private:
  void add(std::string name, std::vector<Prefix> prefixes, const std::vector<std::size_t>& hubs) {
    NetworkRoute route;
    auto id = name_hash(name);
    while (!ids_.insert(id).second) id = (id + 1) & 0xfffffU;
    route.nexthop = kNetworkIds | id << 1;
    route.name = std::move(name);
    route.prefixes = std::move(prefixes);
    for (const auto hub : hubs)
      for (const auto transport : model_.hubs.at(hub).transports)
        add_candidates(route, hub, transport);
    routes_.push_back(std::move(route));
  }

  void add_candidates(NetworkRoute& route, std::size_t hub, Transport transport) const {
    for (std::size_t i = 0; i < board_.tunnels.size(); ++i) {
      const auto& tunnel = board_.tunnels[i];
      if (tunnel.transport == transport && model_.slots.at(tunnel.slot_index).hub == hub)
        route.candidates.push_back(i);
    }
  }

  const Board& board_;
  const Model& model_;
  std::set<std::uint32_t> ids_;
  std::vector<NetworkRoute> routes_;
};

/// Without measurements: the first candidate that is up. A hub knows no better, which others may.
void use_first_that_is_up(const TunnelStates& tunnels, bool stale, NetworkRoute& route) {
  const auto up =
      std::ranges::find_if(route.candidates, [&](std::size_t i) { return tunnels[i].up(); });
  if (up != route.candidates.end()) route.tunnel = *up;
  route.stale = stale;
  route.delivered = route.prefixes;
}

void use_chosen(const Board& board, const Routing& chosen, NetworkRoute& route) {
  const auto index = chosen.tunnel.value_or(board.tunnels.size());
  if (index >= board.tunnels.size()) return;
  route.tunnel = index;
  route.announce = chosen.announce;
  route.stale = chosen.stale;
  route.outranks = chosen.outranks;
  route.mtu = chosen.size;
  route.fragments = chosen.fragments && board.tunnels[index].transport == Transport::wireguard;
  route.delivered = route.prefixes;
}

const Routing* chosen_for(const Board& board, std::string_view name) {
  const auto found = board.routes.by_name.find(name);
  return found == board.routes.by_name.end() ? nullptr : &found->second;
}

void decide_on_site(const Board& board, NetworkRoute& route) {
  if (board.tunnels.torn_down) return;
  if (!board.routes.measured) return use_first_that_is_up(board.tunnels, false, route);
  const auto* chosen = chosen_for(board, route.name);
  if (chosen == nullptr) return;
  use_chosen(board, *chosen, route);
  if (!route.tunnel) return;
  const auto& tunnel = board.tunnels[*route.tunnel];
  const auto size = passing_size(board, tunnel);
  if (size < tunnel_mtu(board, tunnel)) route.mtu = static_cast<std::uint16_t>(size);
}

void decide_on_hub(const Board& board, const Site& site, NetworkRoute& route) {
  if (board.tunnels.torn_down) return;
  const auto* chosen = chosen_for(board, route.name);
  // A claim was heard, or adopted; or claims decide, and none was heard.
  if ((chosen == nullptr || !chosen->tunnel) && !board.routes.measured)
    return use_first_that_is_up(board.tunnels, true, route);
  if (chosen == nullptr) return;
  use_chosen(board, *chosen, route);
  if (route.tunnel && !chosen->deliver)
    route.delivered = own_prefixes(board.model.gateway.fleet, site.number, site.loopback);
}

NetworkRoute undecided(const Board& board, std::uint32_t index) {
  const auto& model = board.model;
  const auto& site = model.sites[index];
  NetworkRoute route;
  route.name = site.name;
  route.prefixes = own_prefixes(model.gateway.fleet, site.number, site.loopback);
  route.prefixes.insert(route.prefixes.end(), site.prefixes.begin(), site.prefixes.end());
  route.nexthop = kSiteIds | static_cast<std::uint32_t>(site.number) << 1;
  const auto [first, end] = tunnels_to_site(board.tunnels, index);
  for (const auto transport : {Transport::ikev2, Transport::wireguard})
    for (auto i = first; i < end; ++i)
      if (board.tunnels[i].transport == transport) route.candidates.push_back(i);
  return route;
}

std::vector<NetworkRoute> routes_of_site(const Board& board) {
  auto routes = SiteRoutes(board).take();
  for (auto& route : routes) decide_on_site(board, route);
  return routes;
}

std::vector<NetworkRoute> routes_of_hub(const Board& board) {
  std::vector<NetworkRoute> routes;
  const auto sites = static_cast<std::uint32_t>(board.model.sites.size());
  routes.reserve(sites);
  for (std::uint32_t i = 0; i < sites; ++i) routes.push_back(route_to_site(board, i));
  return routes;
}

}  // namespace

std::vector<NetworkRoute> network_routes(const Board& board) {
  return by_role(
      board.model, [&] { return routes_of_site(board); }, [&] { return routes_of_hub(board); });
}

NetworkRoute route_to_site(const Board& board, std::uint32_t site) {
  auto route = undecided(board, site);
  decide_on_hub(board, board.model.sites[site], route);
  return route;
}

std::map<std::string, Routing, std::less<>> renumbered(
    const std::map<std::string, Routing, std::less<>>& routing,
    const std::vector<std::string>& names, const TunnelStates& tunnels) {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < tunnels.size(); ++i) index.emplace(tunnels[i].name, i);
  std::map<std::string, Routing, std::less<>> result;
  for (const auto& [name, before] : routing) {
    if (!before.tunnel || *before.tunnel >= names.size()) continue;
    const auto found = index.find(names[*before.tunnel]);
    if (found == index.end()) continue;
    auto& now = result[name] = before;
    now.tunnel = found->second;
  }
  return result;
}

std::vector<KernelChange> nexthop_changes(const Board& board, const NetworkRoute& route) {
  std::vector<KernelChange> changes;
  const auto index = route.tunnel.value_or(board.tunnels.size());
  if (index >= board.tunnels.size()) return changes;
  for (const auto family : {Family::v4, Family::v6})
    if (std::ranges::any_of(route.delivered, [&](const Prefix& p) { return p.family() == family; }))
      changes.emplace_back(ReplaceNexthop{{.id = route.nexthop + (family == Family::v4 ? 0U : 1U),
                                           .family = family,
                                           .device = board.tunnels[index].device}});
  return changes;
}

}  // namespace kaido
