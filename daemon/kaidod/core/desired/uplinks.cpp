// A site's uplinks in the kernel: a VRF each, with its addresses' routes and its way out.
#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/parts.hpp"
#include "core/role.hpp"

namespace kaido::desired {
namespace {

constexpr std::uint32_t kSpareMetric = kUnreachableMetric - 1;

/// The device has a prefix that the gateway is in.
bool is_connected(const KernelState& observed, const std::string& device,
                  const IpAddress& gateway) {
  if (gateway.is_link_local() && !gateway.is_v4()) return true;
  return std::ranges::any_of(observed.addresses, [&](const InterfaceAddress& entry) {
    return entry.device == device && entry.connected().contains(gateway) &&
           entry.connected() != Prefix(entry.address);
  });
}

/// Whatever state the device's addresses are in: a tentative one is as good as there.
bool can_use(const KernelState& observed, const ObservedUplink& seen, const IpAddress& gateway) {
  if (gateway.is_link_local() && !gateway.is_v4()) return true;
  const auto family = gateway.family();
  return std::ranges::count(seen.addresses, family, &IpAddress::family) > 0 ||
         std::ranges::any_of(observed.addresses, [&](const InterfaceAddress& entry) {
           return entry.device == seen.device && entry.address.family() == family &&
                  (gateway.is_v4() || !entry.address.is_link_local());
         });
}

/// The kernel makes the routes of an address once. Should somebody flush the VRF's table, these
/// stand in for them; otherwise they lose to the kernel's own by their metric.
void add_spare_routes(KernelState& kernel, const InterfaceAddress& entry, std::uint32_t table) {
  Route local{.destination = Prefix(entry.address), .table = table};
  local.metric = kSpareMetric;
  local.type = RouteType::local;
  local.device = entry.device;
  kernel.routes.push_back(local);
  if (entry.connected() == Prefix(entry.address)) return;
  Route connected = local;
  connected.destination = entry.connected();
  connected.type = RouteType::unicast;
  // (A stable and a temporary address have one prefix.)
  if (std::ranges::find(kernel.routes, connected) == kernel.routes.end())
    kernel.routes.push_back(std::move(connected));
}

Route default_route(const KernelState& observed, const Uplink& uplink, const IpAddress& gateway) {
  const IpAddress any(gateway.family(), {});
  Route route{.destination = Prefix(any, 0),
              .table = vrf_table(uplink.number),
              .metric = kMetric,
              .device = uplink.device};
  if (gateway.is_unspecified()) return route;  // by the device
  route.gateway = gateway;
  route.onlink = !is_connected(observed, uplink.device, gateway);
  return route;
}

void add_uplink(KernelState& kernel, const Board& board, const KernelState& observed,
                std::size_t index) {
  const auto& uplink = board.model.uplinks[index];
  const auto& seen = board.uplinks[index];
  const auto table = vrf_table(uplink.number);
  const auto vrf = vrf_device(uplink.number);
  add_link(kernel, vrf, VrfLink{table}, 65575);  // the kernel's own choice for a VRF
  add_address(kernel, vrf, Prefix(vrf_address(uplink.number)));
  add_spare_routes(kernel, {vrf, vrf_address(uplink.number), 32}, table);
  for (const auto* everything : {"0.0.0.0/0", "::/0"})
    if (const auto prefix = Prefix::parse(everything)) add_unreachable(kernel, *prefix, table);
  if (!seen.present || !seen.master.empty()) return;
  kernel.links.push_back({.name = uplink.device, .master = vrf, .up = true});
  // Joining the VRF takes the link down for a moment: static IPv6 addresses have to survive it.
  set(kernel, "ipv6/conf/" + uplink.device + "/keep_addr_on_down", "1");
  // Two uplinks may have the same subnet: answer ARP only where the address is.
  set(kernel, "ipv4/conf/" + uplink.device + "/arp_ignore", "1");
  // A router ignores router advertisements unless told otherwise.
  const auto accept_ra = "ipv6/conf/" + uplink.device + "/accept_ra";
  if (reads(observed, accept_ra, "1")) set(kernel, accept_ra, "2");
  for (const auto& entry : observed.addresses)
    if (entry.device == uplink.device && !entry.address.is_link_local())
      add_spare_routes(kernel, entry, table);
  if (!seen.running) return;
  for (const auto& gateway : seen.gateways) {
    if (!can_use(observed, seen, gateway)) continue;
    const auto way_out = default_route(observed, uplink, gateway);
    kernel.routes.push_back(way_out);
    add_fragments_by(kernel, board, index, way_out);
  }
}

}  // namespace

void add_uplinks(KernelState& kernel, const Board& board, const KernelState& observed) {
  if (std::holds_alternative<HubView>(role_of(board.model))) return;
  // Sockets that are bound to no device (charon's, WireGuard's, an SSH server's) go on to hear what
  // comes by an uplink now that it is in a VRF.
  set(kernel, "ipv4/udp_l3mdev_accept", "1");
  set(kernel, "ipv4/tcp_l3mdev_accept", "1");
  kernel.rules = rules(board, observed);
  for (std::size_t i = 0; i < board.model.uplinks.size(); ++i)
    add_uplink(kernel, board, observed, i);
}

}  // namespace kaido::desired
