#include "core/uplink.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/addressing.hpp"

namespace kaido {
namespace {

bool has_family(const std::vector<IpAddress>& addresses, Family family) {
  return std::ranges::any_of(addresses, [&](const auto& a) { return a.family() == family; });
}

/// The gateways of default routes on the device, for families that the configuration leaves open.
void add_seen_gateways(const Uplink& uplink, const KernelState& kernel, ObservedUplink& observed) {
  auto best = std::array<const Route*, 2>{};
  for (const auto& route : kernel.routes) {
    if (route.device != uplink.device || route.destination.length() != 0 || !route.gateway)
      continue;
    const auto family = route.destination.family();
    if (has_family(uplink.gateways, family)) continue;
    // What a DHCP client or the admin has just put into the main table is newer than our own.
    const auto rank = [](const Route& r) {
      return std::pair(r.protocol == kRouteProtocol, r.metric);
    };
    auto*& winner = best.at(family == Family::v4 ? 0 : 1);
    if (winner == nullptr || rank(route) < rank(*winner)) winner = &route;
  }
  for (const auto* route : best)
    if (route != nullptr && route->gateway) observed.gateways.push_back(*route->gateway);
}

ObservedUplink observe(const Uplink& uplink, const KernelState& kernel) {
  ObservedUplink observed;
  observed.gateways = uplink.gateways;
  const auto link = std::ranges::find(kernel.links, uplink.device, &Link::name);
  if (link == kernel.links.end()) return observed;
  observed.present = true;
  observed.running = link->up && link->running;
  observed.mtu = link->mtu;
  for (const auto& entry : kernel.addresses)
    if (entry.device == uplink.device && entry.usable && !entry.address.is_link_local())
      observed.addresses.push_back(entry.address);
  add_seen_gateways(uplink, kernel, observed);
  return observed;
}

}  // namespace

std::vector<ObservedUplink> observe_uplinks(const Model& model, const KernelState& kernel,
                                            const std::vector<ObservedUplink>& before) {
  std::vector<ObservedUplink> result;
  for (std::size_t i = 0; i < model.uplinks.size(); ++i) {
    auto observed = observe(model.uplinks[i], kernel);
    if (i < before.size()) observed.ipv6_source = before[i].ipv6_source;
    const auto& all = observed.addresses;
    const auto kept =
        observed.ipv6_source && std::ranges::find(all, *observed.ipv6_source) != all.end();
    const auto first = std::ranges::find(all, Family::v6, &IpAddress::family);
    if (!kept && first != all.end()) observed.ipv6_source = *first;
    result.push_back(std::move(observed));
  }
  return result;
}

std::optional<Error> unusable(const Uplink& uplink, const ObservedUplink& observed, Family family) {
  const auto because = [&](Condition condition, const char* what) {
    return Error{condition, uplink.name + " (" + uplink.device + ")" + what};
  };
  if (!observed.present) return because(Condition::uplink_missing, "");
  if (!observed.running) return because(Condition::uplink_down, "");
  const auto* wanted = family == Family::v4 ? " has no IPv4" : " has no IPv6";
  if (!has_family(observed.addresses, family)) return because(Condition::uplink_no_address, wanted);
  if (!has_family(observed.gateways, family)) return because(Condition::uplink_no_gateway, wanted);
  return std::nullopt;
}

}  // namespace kaido
