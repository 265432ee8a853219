#include "core/desired/kernel.hpp"

#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/parts.hpp"
#include "core/role.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kUsualMtu = 1500;

/// Where strict reverse path filtering may be asked for; devices have what was the default when
/// they were made.
std::vector<std::string> filter_paths(const Model& model) {
  std::vector<std::string> devices{"all", "default"};
  for (const auto& uplink : model.uplinks) {
    devices.push_back(uplink.device);
    devices.push_back(vrf_device(uplink.number));
  }
  for (const auto& slot : model.slots)
    for (const auto transport : {Transport::ikev2, Transport::wireguard})
      devices.push_back(site_device(transport, slot.number));
  std::vector<std::string> paths;
  paths.reserve(devices.size());
  for (const auto& device : devices) paths.push_back("ipv4/conf/" + device + "/rp_filter");
  return paths;
}

}  // namespace

namespace desired {

void add_settings(KernelState& kernel, const Board& board, const KernelState& observed) {
  set(kernel, "ipv4/ip_forward", "1");
  set(kernel, "ipv6/conf/all/forwarding", "1");
  set(kernel, "ipv4/nexthop_compat_mode", "0");
  // Strict filtering would drop what comes by another tunnel than the one in use.
  // The greater of a device's own value and that of all counts.
  if (std::ranges::any_of(filter_paths(board.model),
                          [&](const std::string& path) { return reads(observed, path, "1"); }))
    set(kernel, "ipv4/conf/all/rp_filter", "2");
}

void add_own_addresses(KernelState& kernel, const Board& board) {
  const auto& gateway = board.model.gateway;
  add_link(kernel, kOwnDevice, DummyLink{}, kUsualMtu);
  for (const auto& prefix : own_prefixes(gateway.fleet, gateway.number, gateway.loopback))
    add_address(kernel, kOwnDevice, prefix);
}

}  // namespace desired

KernelState desired_kernel(const Board& board, const KernelState& observed) {
  KernelState kernel;
  desired::add_settings(kernel, board, observed);
  desired::add_own_addresses(kernel, board);
  desired::add_uplinks(kernel, board, observed);
  desired::add_tunnels(kernel, board);
  desired::add_people(kernel, board, observed);
  desired::add_routes(kernel, board, observed);
  return kernel;
}

std::vector<std::string> uplink_devices(const Model& model) {
  std::vector<std::string> devices;
  devices.reserve(model.uplinks.size());
  for (const auto& uplink : model.uplinks) devices.push_back(uplink.device);
  return devices;
}

std::vector<std::string> sysctl_paths(const Model& model) {
  auto paths = filter_paths(model);
  paths.insert(paths.end(),
               {"ipv4/ip_forward", "ipv6/conf/all/forwarding", "ipv4/nexthop_compat_mode",
                "ipv4/udp_l3mdev_accept", "ipv4/tcp_l3mdev_accept"});
  for (const auto& uplink : model.uplinks) {
    paths.push_back("ipv6/conf/" + uplink.device + "/keep_addr_on_down");
    paths.push_back("ipv6/conf/" + uplink.device + "/accept_ra");
    paths.push_back("ipv4/conf/" + uplink.device + "/arp_ignore");
  }
  return paths;
}

}  // namespace kaido
