#include "core/uplinks/surroundings.hpp"

#include <algorithm>
#include <set>

#include "core/addressing.hpp"
#include "core/role.hpp"

namespace kaido {
namespace {

bool is_endpoint(const Model& model, const IpAddress& address) {
  return std::ranges::find(model.endpoints, address, &HubEndpoint::address) !=
         model.endpoints.end();
}

/// Of those that Kaido did not make; the loopback device has no say either.
bool counts(const Link& link) { return link.alias != kLinkAlias && link.name != "lo"; }

/// Routing daemons may write by nexthop objects.
std::string device_of(const Route& route, const KernelState& kernel) {
  if (!route.device.empty() || route.nexthop == 0) return route.device;
  const auto found = std::ranges::find(kernel.nexthops, route.nexthop, &Nexthop::id);
  return found == kernel.nexthops.end() ? std::string() : found->device;
}

Surroundings surroundings_of_hub(const Model& model, const KernelState& kernel) {
  std::set<std::string> outer;
  std::set<std::string> inner;
  for (const auto& entry : kernel.addresses)
    if (is_endpoint(model, entry.address)) outer.insert(entry.device);
  for (const auto& route : kernel.routes)
    if (route.destination.length() == 0 && route.protocol != kRouteProtocol)
      if (const auto device = device_of(route, kernel); !device.empty()) outer.insert(device);
  const auto is_ours_or_lo = [&](const std::string& device) {
    const auto link = std::ranges::find(kernel.links, device, &Link::name);
    return link == kernel.links.end() || !counts(*link);
  };
  std::erase_if(outer, is_ours_or_lo);  // an endpoint's address may lie on lo
  Surroundings result;
  for (const auto& entry : kernel.addresses) {
    if (entry.address.is_link_local() || outer.contains(entry.device)) continue;
    if (!is_ours_or_lo(entry.device)) inner.insert(entry.device);
    if (entry.device != "lo" && !is_endpoint(model, entry.address))
      result.inner_addresses.push_back(entry.address);
  }
  std::ranges::sort(result.inner_addresses);
  const auto same = std::ranges::unique(result.inner_addresses);
  result.inner_addresses.erase(same.begin(), same.end());
  result.outer.assign(outer.begin(), outer.end());
  result.inner.assign(inner.begin(), inner.end());
  return result;
}

}  // namespace

std::vector<IpAddress> anywhere() { return {IpAddress(Family::v4, {}), IpAddress(Family::v6, {})}; }

Surroundings observe_surroundings(const Model& model, const KernelState& kernel) {
  return by_role(
      model, [] { return Surroundings{}; }, [&] { return surroundings_of_hub(model, kernel); });
}

}  // namespace kaido
