#include "core/desired/difference.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "core/addressing.hpp"
#include "core/uplinks/uplink.hpp"

namespace kaido {
namespace {

using Changes = std::vector<KernelChange>;

bool ours(const Link& link) { return link.alias == kLinkAlias; }
bool is_uplink(const Link& desired) { return std::holds_alternative<OtherLink>(desired.kind); }

std::unordered_map<std::string, const Link*> by_name(const std::vector<Link>& links) {
  std::unordered_map<std::string, const Link*> result;
  for (const auto& link : links) result.emplace(link.name, &link);
  return result;
}

/// An uplink's MTU and alias are not Kaido's; a link of Kaido's is right in everything.
bool link_is_right(const Link& wanted, const Link& seen) {
  if (wanted.master != seen.master || wanted.up != seen.up) return false;
  return is_uplink(wanted) || (wanted.mtu == seen.mtu && ours(seen));
}

void make_links(const KernelState& desired, const KernelState& observed, Changes& changes) {
  const auto seen = by_name(observed.links);
  for (const auto& link : desired.links) {
    const auto found = seen.find(link.name);
    if (found == seen.end()) {
      if (!is_uplink(link)) changes.emplace_back(CreateLink{link});
    } else if (!is_uplink(link) && found->second->kind != link.kind) {
      changes.emplace_back(DeleteLink{link.name});
      changes.emplace_back(CreateLink{link});
    } else if (!link_is_right(link, *found->second)) {
      changes.emplace_back(UpdateLink{link});
    }
  }
}

/// What is no uplink any more leaves a VRF that stays. (One that goes sets its devices free.)
void release_links(const KernelState& desired, const KernelState& observed, Changes& changes) {
  const auto wanted = by_name(desired.links);
  for (const auto& link : observed.links) {
    if (ours(link) || wanted.contains(link.name) || !wanted.contains(link.master) ||
        !in_own_vrf(link, observed.links))
      continue;
    changes.emplace_back(UpdateLink{{.name = link.name, .up = link.up}});
  }
}

void remove_routes_by_uplinks(const KernelState& desired, const KernelState& observed,
                              Changes& changes) {
  const auto seen = by_name(observed.links);
  const auto wanted = by_name(desired.links);
  for (const auto& route : observed.routes) {
    if (!is_taken_away(route)) continue;
    const auto link = wanted.find(route.device);
    const auto is = seen.find(route.device);
    if (link == wanted.end() || is == seen.end() || !is_uplink(*link->second)) continue;
    if (is->second->master == link->second->master) changes.emplace_back(DeleteRoute{route});
  }
}

void remove_links(const KernelState& desired, const KernelState& observed, Changes& changes) {
  const auto wanted = by_name(desired.links);
  for (const auto& link : observed.links)
    if (ours(link) && !wanted.contains(link.name)) changes.emplace_back(DeleteLink{link.name});
}

auto address_key(const InterfaceAddress& entry) {
  return std::tuple(entry.device, entry.address, entry.prefix_length);
}

void make_addresses(const KernelState& desired, const KernelState& observed, Changes& changes) {
  std::map<decltype(address_key({})), bool> seen;
  for (const auto& entry : observed.addresses) seen.emplace(address_key(entry), true);
  for (const auto& entry : desired.addresses)
    if (!seen.contains(address_key(entry))) changes.emplace_back(AddAddress{entry});
}

/// Only from links that stay: the others take their addresses along.
void remove_addresses(const KernelState& desired, const KernelState& observed, Changes& changes) {
  const auto links = by_name(desired.links);
  std::map<decltype(address_key({})), bool> wanted;
  for (const auto& entry : desired.addresses) wanted.emplace(address_key(entry), true);
  for (const auto& entry : observed.addresses) {
    const auto link = links.find(entry.device);
    if (link == links.end() || is_uplink(*link->second)) continue;
    if (entry.address.is_link_local() && !entry.address.is_v4()) continue;
    if (!wanted.contains(address_key(entry))) changes.emplace_back(DeleteAddress{entry});
  }
}

bool contains(const std::vector<Rule>& rules, const Rule& rule) {
  return std::ranges::find(rules, rule) != rules.end();
}

/// The kernel's own "0: from all lookup local", with whatever protocol it is shown.
bool is_kernel_local_rule(const Rule& rule) {
  return rule.priority == 0 && rule.table == kLocalTable && rule.fwmask == 0;
}

bool is_moved_local_rule(const Rule& rule) {
  return rule.priority == kLocalPriority && rule.table == kLocalTable;
}

void change_local_rule(Family family, const KernelState& desired, const KernelState& observed,
                       Changes& changes) {
  const auto of_family = [&](const Rule& rule) { return rule.family == family; };
  const auto any = [&](const std::vector<Rule>& rules, auto&& is) {
    return std::ranges::any_of(rules, [&](const Rule& r) { return of_family(r) && is(r); });
  };
  const auto first = std::ranges::find_if(
      observed.rules, [&](const Rule& r) { return of_family(r) && is_kernel_local_rule(r); });
  const bool stands_aside = any(desired.rules, is_moved_local_rule);
  if (stands_aside && first != observed.rules.end()) changes.emplace_back(DeleteRule{*first});
  if (!stands_aside && first == observed.rules.end() && any(observed.rules, is_moved_local_rule)) {
    constexpr std::uint8_t kKernel = 2;  // RTPROT_KERNEL
    changes.emplace_back(AddRule{{.family = family, .table = kLocalTable, .protocol = kKernel}});
  }
}

/// The kernel adds "lookup [l3mdev-table]" itself with the first VRF of a namespace's life, and
/// never again: one rule is enough, whoever made it. Before there is a VRF it may yet come.
bool l3mdev_is_settled(const Rule& wanted, const KernelState& observed) {
  const auto is_vrf = [](const Link& link) { return std::holds_alternative<VrfLink>(link.kind); };
  if (std::ranges::none_of(observed.links, is_vrf)) return true;
  return std::ranges::any_of(observed.rules, [&](const Rule& rule) {
    return rule.l3mdev && rule.family == wanted.family;
  });
}

/// With the last VRF the rule that came with the first one goes too.
void remove_l3mdev_rules(const KernelState& desired, const KernelState& observed,
                         Changes& changes) {
  const auto is_ours = [](const Link& link) {
    return std::holds_alternative<VrfLink>(link.kind) && ours(link);
  };
  const auto is_foreign = [](const Link& link) {
    return std::holds_alternative<VrfLink>(link.kind) && !ours(link);
  };
  if (!desired.rules.empty() || std::ranges::none_of(observed.links, is_ours) ||
      std::ranges::any_of(observed.links, is_foreign))
    return;
  for (const auto& rule : observed.rules)
    if (rule.l3mdev && rule.protocol != kRouteProtocol) changes.emplace_back(DeleteRule{rule});
}

void change_rules(const KernelState& desired, const KernelState& observed, Changes& changes) {
  for (const auto& rule : desired.rules) {
    if (rule.l3mdev ? l3mdev_is_settled(rule, observed) : contains(observed.rules, rule)) continue;
    changes.emplace_back(AddRule{rule});
  }
  for (const auto family : {Family::v4, Family::v6})
    change_local_rule(family, desired, observed, changes);
  for (const auto& rule : observed.rules)
    if (rule.protocol == kRouteProtocol && !contains(desired.rules, rule))
      changes.emplace_back(DeleteRule{rule});
  remove_l3mdev_rules(desired, observed, changes);
}

void make_nexthops(const KernelState& desired, const KernelState& observed, Changes& changes) {
  std::unordered_map<std::uint32_t, const Nexthop*> seen;
  for (const auto& nexthop : observed.nexthops) seen.emplace(nexthop.id, &nexthop);
  for (const auto& nexthop : desired.nexthops) {
    const auto found = seen.find(nexthop.id);
    if (found == seen.end() || *found->second != nexthop)
      changes.emplace_back(ReplaceNexthop{nexthop});
  }
}

void remove_nexthops(const KernelState& desired, const KernelState& observed, Changes& changes) {
  std::unordered_map<std::uint32_t, bool> wanted;
  for (const auto& nexthop : desired.nexthops) wanted.emplace(nexthop.id, true);
  for (const auto& nexthop : observed.nexthops)
    if (nexthop.protocol == kRouteProtocol && !wanted.contains(nexthop.id))
      changes.emplace_back(DeleteNexthop{nexthop.id});
}

auto route_key(const Route& route) {
  return std::tie(route.table, route.destination, route.metric, route.type);
}

std::vector<const Route*> sorted_routes(const std::vector<Route>& routes) {
  std::vector<const Route*> result;
  result.reserve(routes.size());
  for (const auto& route : routes)
    if (route.protocol == kRouteProtocol) result.push_back(&route);
  std::ranges::sort(result, [](auto* a, auto* b) { return route_key(*a) < route_key(*b); });
  return result;
}

/// One walk over both, sorted: there may be tens of thousands. Other routers learn from table 210
/// that a site is here: it gets a route when the packets that follow will find theirs, and loses it
/// first (tables are removed from in ascending order).
void change_routes(const KernelState& desired, const KernelState& observed, Changes& changes) {
  static_assert(kSitesTable < kMainTable);
  const auto wanted = sorted_routes(desired.routes);
  const auto seen = sorted_routes(observed.routes);
  Changes beyond;  // the way to the gateway has to be there first
  Changes told;
  Changes removals;
  const auto place = [&](const Route& route) -> Changes& {
    if (route.table == kSitesTable) return told;
    return route.gateway ? beyond : changes;
  };
  auto s = seen.begin();
  for (const auto* route : wanted) {
    while (s != seen.end() && route_key(**s) < route_key(*route))
      removals.emplace_back(DeleteRoute{**s++});
    const bool same_place = s != seen.end() && route_key(**s) == route_key(*route);
    if (!same_place || **s != *route) place(*route).emplace_back(ReplaceRoute{*route});
    if (same_place) ++s;
  }
  changes.insert(changes.end(), beyond.begin(), beyond.end());
  changes.insert(changes.end(), told.begin(), told.end());
  while (s != seen.end()) removals.emplace_back(DeleteRoute{**s++});
  changes.insert(changes.end(), removals.begin(), removals.end());
}

void change_sysctls(const KernelState& desired, const KernelState& observed, Changes& changes) {
  for (const auto& wanted : desired.sysctls)
    if (std::ranges::find(observed.sysctls, wanted) == observed.sysctls.end())
      changes.emplace_back(SetSysctl{wanted});
}

}  // namespace

std::vector<KernelChange> difference(const KernelState& desired, const KernelState& observed) {
  Changes changes;
  change_sysctls(desired, observed, changes);
  make_links(desired, observed, changes);
  release_links(desired, observed, changes);
  make_addresses(desired, observed, changes);
  change_rules(desired, observed, changes);
  make_nexthops(desired, observed, changes);
  change_routes(desired, observed, changes);
  remove_routes_by_uplinks(desired, observed, changes);
  remove_nexthops(desired, observed, changes);
  remove_addresses(desired, observed, changes);
  remove_links(desired, observed, changes);
  return changes;
}

}  // namespace kaido
