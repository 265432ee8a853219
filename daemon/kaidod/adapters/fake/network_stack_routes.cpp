// Rules, nexthops, routes and settings of the fake.
#include <algorithm>

#include "adapters/fake/network_stack.hpp"

namespace kaido::fake {
namespace {

std::unexpected<Error> refused(const char* text) {
  return failure(Condition::kernel_refused, text);
}

// IP6_RT_PRIO_USER.
void complete(Route& route) {
  if (route.metric == 0 && route.destination.family() == Family::v6) route.metric = 1024;
}

bool same_place(const Route& a, const Route& b) {
  return a.table == b.table && a.destination == b.destination && a.metric == b.metric;
}

}  // namespace

Result<void> NetworkStack::add_rule(const Rule& rule) {
  const bool present = std::ranges::any_of(state_.rules, [&](Rule other) {
    other.protocol = rule.protocol;  // the kernel does not compare it
    return other == rule;
  });
  if (!present) state_.rules.push_back(rule);
  return {};
}

Result<void> NetworkStack::replace_nexthop(const Nexthop& nexthop) {
  const auto* device = link(nexthop.device);
  if (device == nullptr) return refused("No such device");
  if (!device->running) return refused("Network is down");
  const auto found = std::ranges::find(state_.nexthops, nexthop.id, &Nexthop::id);
  if (found == state_.nexthops.end()) {
    state_.nexthops.push_back(nexthop);
  } else if (found->family != nexthop.family) {
    return refused("Invalid argument");
  } else {
    *found = nexthop;
  }
  return {};
}

void NetworkStack::remove_nexthop(std::uint32_t id) {
  std::erase_if(state_.nexthops, [&](const Nexthop& n) { return n.id == id; });
  std::erase_if(state_.routes, [&](const Route& r) { return r.nexthop == id && id != 0; });
}

Result<void> NetworkStack::replace_route(Route route) {
  complete(route);
  if (route.type == RouteType::unicast && route.nexthop != 0) {
    const auto found = std::ranges::find(state_.nexthops, route.nexthop, &Nexthop::id);
    if (found == state_.nexthops.end() || found->family != route.destination.family())
      return refused("Nexthop id does not exist");
  } else if (route.type == RouteType::unicast || route.type == RouteType::local) {
    const auto* device = link(route.device);
    if (device == nullptr) return refused("No such device");
    if (!device->up) return refused("Network is down");
  }
  if (route.source && std::ranges::find(state_.addresses, *route.source,
                                        &InterfaceAddress::address) == state_.addresses.end())
    return refused("Invalid argument");
  const auto found = std::ranges::find_if(
      state_.routes, [&](const Route& other) { return same_place(other, route); });
  if (found == state_.routes.end()) {
    state_.routes.push_back(route);
  } else {
    *found = route;
  }
  return {};
}

void NetworkStack::remove_route(Route route) {
  complete(route);
  const auto found = std::ranges::find_if(state_.routes, [&](const Route& other) {
    return same_place(other, route) && other.type == route.type &&
           other.protocol == route.protocol &&
           (route.protocol == kRouteProtocol || other.device == route.device);
  });
  if (found != state_.routes.end()) state_.routes.erase(found);
}

bool NetworkStack::sysctl_exists(const std::string& path) const {
  if (path.find("..") != std::string::npos) return false;
  for (const std::string prefix : {"ipv4/conf/", "ipv6/conf/"}) {
    if (!path.starts_with(prefix)) continue;
    const auto device = path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size());
    return device == "all" || device == "default" || find_link(device) != nullptr;
  }
  return true;
}

Result<void> NetworkStack::set_sysctl(const Sysctl& sysctl) {
  if (!sysctl_exists(sysctl.path)) return refused("No such file or directory");
  sysctls_[sysctl.path] = sysctl.value;
  return {};
}

}  // namespace kaido::fake
