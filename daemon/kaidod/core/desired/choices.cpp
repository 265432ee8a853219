#include <algorithm>
#include <set>

#include "core/addressing.hpp"
#include "core/desired/desired.hpp"

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

class SiteChoices {
 public:
  explicit SiteChoices(const GatewayState& state) : state_(state), model_(state.model) {}

  std::vector<Choice> take() && {
    for (const auto& network : model_.networks) add(network.name, network.prefixes, network.hubs);
    for (std::size_t i = 0; i < model_.hubs.size(); ++i) {
      const auto& hub = model_.hubs[i];
      if (!hub.kaido) continue;
      add("hub " + hub.name, own_prefixes(model_.gateway.fleet, hub.number, hub.loopback), {i});
    }
    return std::move(choices_);
  }

 private:
  void add(std::string name, std::vector<Prefix> prefixes, const std::vector<std::size_t>& hubs) {
    Choice choice;
    auto id = name_hash(name);
    while (!ids_.insert(id).second) id = (id + 1) & 0xfffffU;
    choice.nexthop = kNetworkIds | id << 1;
    choice.name = std::move(name);
    choice.prefixes = std::move(prefixes);
    for (const auto hub : hubs)
      for (const auto transport : model_.hubs.at(hub).transports)
        add_candidates(choice, hub, transport);
    choices_.push_back(std::move(choice));
  }

  void add_candidates(Choice& choice, std::size_t hub, Transport transport) const {
    for (std::size_t i = 0; i < state_.tunnels.size(); ++i) {
      const auto& tunnel = state_.tunnels[i];
      if (tunnel.transport == transport && model_.slots.at(tunnel.owner).hub == hub)
        choice.candidates.push_back(i);
    }
  }

  const GatewayState& state_;
  const Model& model_;
  std::set<std::uint32_t> ids_;
  std::vector<Choice> choices_;
};

Choice site_choice(const Model& model, const Site& site) {
  Choice choice;
  choice.name = site.name;
  choice.prefixes = own_prefixes(model.gateway.fleet, site.number, site.loopback);
  choice.prefixes.insert(choice.prefixes.end(), site.prefixes.begin(), site.prefixes.end());
  choice.nexthop = kSiteIds | static_cast<std::uint32_t>(site.number) << 1;
  return choice;
}

std::vector<Choice> hub_choices(const GatewayState& state) {
  const auto& model = state.model;
  std::vector<Choice> result;
  result.reserve(model.sites.size());
  for (const auto& site : model.sites) result.push_back(site_choice(model, site));
  for (const auto transport : {Transport::ikev2, Transport::wireguard})
    for (std::size_t i = 0; i < state.tunnels.size(); ++i)
      if (state.tunnels[i].transport == transport)
        result[state.tunnels[i].owner].candidates.push_back(i);
  return result;
}

/// Without measurements: the first candidate that is up. A hub knows no better, which others may.
void by_tunnel(const GatewayState& state, Choice& choice) {
  const auto up =
      std::ranges::find_if(choice.candidates, [&](std::size_t i) { return state.tunnels[i].up(); });
  if (up != choice.candidates.end()) choice.tunnel = *up;
  choice.stale = state.model.is_hub();
  choice.delivered = choice.prefixes;
}

void by_decision(const GatewayState& state, Choice& choice) {
  const auto found = state.routing.find(choice.name);
  if (found == state.routing.end()) return;
  const auto& routing = found->second;
  const auto index = routing.tunnel.value_or(state.tunnels.size());
  if (index >= state.tunnels.size()) return;
  const auto& tunnel = state.tunnels[index];
  choice.tunnel = index;
  choice.announce = routing.announce;
  choice.stale = routing.stale;
  choice.outranks = routing.outranks;
  choice.mtu = routing.size;
  choice.fragments = routing.fragments && tunnel.transport == Transport::wireguard;
  if (!state.model.is_hub()) {
    const auto size = passing_size(state, tunnel);
    if (size < tunnel_mtu(state, tunnel)) choice.mtu = static_cast<std::uint16_t>(size);
  }
  if (routing.deliver || !state.model.is_hub()) {
    choice.delivered = choice.prefixes;
    return;
  }
  const auto& site = state.model.sites.at(tunnel.owner);
  choice.delivered = own_prefixes(state.model.gateway.fleet, site.number, site.loopback);
}

/// A claim was heard, or adopted.
bool is_decided(const GatewayState& state, const Choice& choice) {
  const auto found = state.routing.find(choice.name);
  return state.model.is_hub() && found != state.routing.end() && found->second.tunnel;
}

}  // namespace

std::vector<Choice> choices(const GatewayState& state) {
  auto result = state.model.is_hub() ? hub_choices(state) : SiteChoices(state).take();
  for (auto& choice : result) {
    if (state.torn_down) continue;
    if (state.measured || is_decided(state, choice)) {
      by_decision(state, choice);
    } else {
      by_tunnel(state, choice);
    }
  }
  return result;
}

std::map<std::string, Routing> adopted_routing(const GatewayState& state,
                                               const KernelState& observed) {
  std::map<std::uint32_t, std::string_view> devices;  // by nexthop
  for (const auto& nexthop : observed.nexthops)
    if (nexthop.protocol == kRouteProtocol) devices[nexthop.id] = nexthop.device;
  std::map<Prefix, const Route*> told;
  std::map<Prefix, const Route*> delivered;
  std::set<Prefix> in_fragments;
  for (const auto& route : observed.routes) {
    if (route.protocol != kRouteProtocol || route.type != RouteType::unicast) continue;
    if (route.table == kSitesTable) {
      auto& best = told[route.destination];  // a kaidod that died half-way leaves both
      if (best == nullptr || route.metric < best->metric) best = &route;
    }
    if (route.table == kMainTable && route.nexthop != 0) delivered[route.destination] = &route;
    if (route.mtu_locked) in_fragments.insert(route.destination);
  }
  std::map<std::string, Routing> adopted;
  for (const auto& choice : hub_choices(state)) {
    const auto device = devices.find(choice.nexthop + 1);  // every site has an IPv6 address
    if (device == devices.end()) continue;
    Routing routing;
    for (const auto i : choice.candidates)
      if (tunnel_device(state, state.tunnels[i]) == device->second) routing.tunnel = i;
    if (!routing.tunnel) continue;
    const auto announced = told.find(choice.prefixes.front());
    routing.announce = routing.deliver = announced != told.end();
    routing.stale = routing.announce && announced->second->metric == kStaleMetric;
    routing.outranks = routing.announce && announced->second->metric == kOutranksMetric;
    for (const auto& prefix : choice.prefixes) {
      const auto route = delivered.find(prefix);
      const auto mtu = route == delivered.end() ? 0 : route->second->mtu;
      if (mtu != 0 && (routing.size == 0 || mtu < routing.size))
        routing.size = static_cast<std::uint16_t>(mtu);
    }
    const auto& outer = state.tunnels[*routing.tunnel].outer;
    routing.fragments = outer && in_fragments.contains(Prefix(*outer));
    adopted.emplace(choice.name, routing);
  }
  return adopted;
}

std::vector<KernelChange> nexthop_changes(const GatewayState& state, std::string_view name) {
  std::vector<Choice> moved;
  if (state.model.is_hub() && state.measured) {
    // A claim moves one site, however many there are.
    const auto site = std::ranges::find(state.model.sites, name, &Site::name);
    if (site == state.model.sites.end()) return {};
    moved.push_back(site_choice(state.model, *site));
    by_decision(state, moved.back());
  } else {
    moved = choices(state);
  }
  std::vector<KernelChange> changes;
  for (const auto& choice : moved) {
    const auto index = choice.tunnel.value_or(state.tunnels.size());
    if (choice.name != name || index >= state.tunnels.size()) continue;
    const auto device = tunnel_device(state, state.tunnels[index]);
    for (const auto family : {Family::v4, Family::v6})
      if (std::ranges::any_of(choice.delivered,
                              [&](const Prefix& p) { return p.family() == family; }))
        changes.emplace_back(
            ReplaceNexthop{{.id = choice.nexthop + (family == Family::v4 ? 0U : 1U),
                            .family = family,
                            .device = device}});
  }
  return changes;
}

}  // namespace kaido
