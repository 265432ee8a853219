#include "core/uplinks/uplink.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "core/addressing.hpp"

namespace kaido {
namespace {

constexpr std::array kFamilies{Family::v4, Family::v6};

bool has_family(const std::vector<IpAddress>& addresses, Family family) {
  return std::ranges::any_of(addresses, [&](const auto& a) { return a.family() == family; });
}

std::optional<IpAddress> of_family(const std::vector<IpAddress>& addresses, Family family) {
  const auto found = std::ranges::find(addresses, family, &IpAddress::family);
  return found == addresses.end() ? std::nullopt : std::optional(*found);
}

/// What teaches least is greatest. What a DHCP client or the admin has just put into the main table
/// is the newest, for it is taken away from there; the kernel keeps a router's advertisement in the
/// VRF's table for as long as it holds. Kaido's own copy says something only to a kaidod that
/// remembers nothing.
auto rank(const Route& route) {
  return std::tuple(route.protocol == kRouteProtocol, route.table != kMainTable, route.metric);
}

/// The default route on the device that teaches best.
const Route* default_route(const std::string& device, const KernelState& kernel, Family family,
                           bool first_look) {
  const Route* best = nullptr;
  for (const auto& route : kernel.routes) {
    if (route.device != device || route.destination.length() != 0 ||
        route.type != RouteType::unicast || route.destination.family() != family)
      continue;
    if (route.protocol == kRouteProtocol && !first_look) continue;
    if (best == nullptr || rank(route) < rank(*best)) best = &route;
  }
  return best;
}

std::vector<IpAddress> learn(const std::string& device, const KernelState& kernel,
                             const std::vector<IpAddress>& before, bool first_look) {
  std::vector<IpAddress> learnt;
  for (const auto family : kFamilies) {
    const auto* route = default_route(device, kernel, family, first_look);
    const auto known = of_family(before, family);
    if (route != nullptr && (!known || route->protocol != kRouteProtocol))
      learnt.push_back(route->gateway.value_or(IpAddress(family, {})));
    else if (known)
      learnt.push_back(*known);
  }
  return learnt;
}

std::vector<IpAddress> ways_out(const Uplink& uplink, const std::vector<IpAddress>& learnt,
                                const Link& link) {
  std::vector<IpAddress> gateways;
  for (const auto family : kFamilies) {
    auto gateway = of_family(uplink.gateways, family);
    if (!gateway) gateway = of_family(learnt, family);
    // At its other end there is one only, whether anybody says so or not.
    if (!gateway && link.point_to_point) gateway = IpAddress(family, {});
    if (gateway) gateways.push_back(*gateway);
  }
  return gateways;
}

bool is_unique_local(const IpAddress& address) {  // RFC 4193 §3.1
  constexpr std::uint8_t kMask = 0xfe;
  constexpr std::uint8_t kUniqueLocal = 0xfc;
  return !address.is_v4() && (address.bytes()[0] & kMask) == kUniqueLocal;
}

/// The least is the best source of IKE: one that reaches the internet, and stays.
auto demerits(const InterfaceAddress& entry) {
  return std::tuple(is_unique_local(entry.address), entry.temporary);
}

std::optional<IpAddress> ipv6_source(const std::vector<InterfaceAddress>& usable,
                                     const std::optional<IpAddress>& before) {
  const InterfaceAddress* best = nullptr;
  for (const auto& entry : usable) {
    if (entry.address.is_v4()) continue;
    const bool better = best == nullptr || demerits(entry) < demerits(*best);
    const bool kept =
        best != nullptr && before == entry.address && demerits(entry) == demerits(*best);
    if (better || kept) best = &entry;
  }
  return best == nullptr ? before : best->address;
}

ObservedUplink observe(const Uplink& uplink, const KernelState& kernel,
                       const ObservedUplink& before) {
  ObservedUplink observed{
      .device = uplink.device, .gateways = uplink.gateways, .ipv6_source = before.ipv6_source};
  const auto link = std::ranges::find(kernel.links, uplink.device, &Link::name);
  if (link == kernel.links.end()) return observed;
  observed.present = true;
  observed.running = link->up && link->running;
  observed.index = link->index;
  observed.mac = link->mac;
  observed.mtu = link->mtu;
  if (!in_own_vrf(*link, kernel.links)) observed.master = link->master;
  std::vector<InterfaceAddress> usable;
  for (const auto& entry : kernel.addresses)
    if (entry.device == uplink.device && entry.usable && !entry.address.is_link_local())
      usable.push_back(entry);
  for (const auto& entry : usable) observed.addresses.push_back(entry.address);
  observed.ipv6_source = ipv6_source(usable, before.ipv6_source);
  const bool first_look = before.index == 0;
  const bool same_device = first_look || before.index == link->index;
  observed.learnt = learn(uplink.device, kernel,
                          same_device ? before.learnt : std::vector<IpAddress>{}, first_look);
  observed.gateways = ways_out(uplink, observed.learnt, *link);
  return observed;
}

}  // namespace

bool in_own_vrf(const Link& link, const std::vector<Link>& links) {
  const auto master = std::ranges::find(links, link.master, &Link::name);
  return !link.master.empty() && master != links.end() && master->alias == kLinkAlias &&
         std::holds_alternative<VrfLink>(master->kind);
}

bool is_taken_away(const Route& route) {
  constexpr std::uint8_t kKernel = 2;  // RTPROT_KERNEL
  return route.table == kMainTable && route.type == RouteType::unicast &&
         route.protocol != kRouteProtocol &&
         (route.protocol != kKernel || route.destination.length() == 0);
}

std::vector<ObservedUplink> in_order(const Model& model, const std::vector<ObservedUplink>& known) {
  std::vector<ObservedUplink> result;
  result.reserve(model.uplinks.size());
  for (const auto& uplink : model.uplinks) {
    const auto found = std::ranges::find(known, uplink.device, &ObservedUplink::device);
    result.push_back(found == known.end() ? ObservedUplink{.device = uplink.device} : *found);
  }
  return result;
}

std::vector<ObservedUplink> observe_uplinks(const Model& model, const KernelState& kernel,
                                            const std::vector<ObservedUplink>& before) {
  auto result = in_order(model, before);
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = observe(model.uplinks[i], kernel, result[i]);
  return result;
}

std::optional<Error> unusable(const Uplink& uplink, const ObservedUplink& observed, Family family) {
  const auto because = [&](Condition condition, const std::string& what) {
    return Error{condition, uplink.name + " (" + uplink.device + ")" + what};
  };
  if (!observed.present) return because(Condition::uplink_missing, "");
  if (!observed.master.empty())
    return because(Condition::uplink_enslaved, " belongs to " + observed.master);
  if (!observed.running) return because(Condition::uplink_down, "");
  const auto* wanted = family == Family::v4 ? " has no IPv4" : " has no IPv6";
  if (!has_family(observed.addresses, family)) return because(Condition::uplink_no_address, wanted);
  if (!has_family(observed.gateways, family)) return because(Condition::uplink_no_gateway, wanted);
  return std::nullopt;
}

}  // namespace kaido
