#include "core/desired/parts.hpp"

#include <algorithm>
#include <utility>

#include "core/addressing.hpp"

namespace kaido::desired {

void set(KernelState& kernel, std::string path, std::string value) {
  kernel.sysctls.push_back({std::move(path), std::move(value)});
}

bool reads(const KernelState& observed, const std::string& path, const char* value) {
  return std::ranges::find(observed.sysctls, Sysctl{path, value}) != observed.sysctls.end();
}

void add_link(KernelState& kernel, std::string name, LinkKind kind, std::uint32_t mtu) {
  kernel.links.push_back({.name = std::move(name),
                          .kind = std::move(kind),
                          .alias = kLinkAlias,
                          .mtu = mtu,
                          .up = true});
}

void add_address(KernelState& kernel, std::string device, const Prefix& host) {
  kernel.addresses.push_back({std::move(device), host.address(), host.length()});
}

void add_device_route(KernelState& kernel, const Prefix& destination, const std::string& device,
                      std::uint32_t table) {
  kernel.routes.push_back(
      {.destination = destination, .table = table, .metric = kMetric, .device = device});
}

void add_unreachable(KernelState& kernel, const Prefix& destination, std::uint32_t table) {
  kernel.routes.push_back({.destination = destination,
                           .table = table,
                           .metric = kUnreachableMetric,
                           .type = RouteType::unreachable});
}

void add_locked(KernelState& kernel, Route route, std::uint32_t size) {
  route.mtu = outer_size(Transport::wireguard, route.destination.family(), size);
  route.mtu_locked = true;
  kernel.routes.push_back(std::move(route));
}

}  // namespace kaido::desired
