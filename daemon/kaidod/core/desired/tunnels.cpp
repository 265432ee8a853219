// The interfaces of the tunnels, their inner addresses, and the ways to the other ends'.
#include <algorithm>
#include <array>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/parts.hpp"
#include "core/role.hpp"
#include "core/tunnels/sizes.hpp"

namespace kaido::desired {
namespace {

/// Probes are bound to their device, so it is enough that each device has a route; the metric
/// tells the two of a slot apart, and of slots with the same address the first one keeps it.
void add_probe_route(KernelState& kernel, const Prefix& probe, Transport transport,
                     const std::string& device) {
  Route route{.destination = probe, .table = kMainTable, .metric = kMetric, .device = device};
  if (transport != Transport::ikev2) ++route.metric;
  const auto same = [&](const Route& other) {
    return other.destination == probe && other.table == route.table && other.metric == route.metric;
  };
  if (std::ranges::none_of(kernel.routes, same)) kernel.routes.push_back(std::move(route));
}

void add_site_tunnel(KernelState& kernel, const Board& board, const Tunnel& tunnel) {
  const auto& model = board.model;
  const auto& gateway = model.gateway;
  const auto& slot = model.slots.at(tunnel.slot_index);
  const auto& hub = model.hubs.at(slot.hub);
  const auto inner = [&](std::uint16_t number) {
    return inner_address(gateway.fleet, number, tunnel.transport, slot.number);
  };
  const auto& device = tunnel.device;
  const auto mtu = tunnel_mtu(board, tunnel);
  if (tunnel.transport == Transport::ikev2) {
    const auto vrf = vrf_device(model.uplinks.at(slot.uplink).number);
    add_link(kernel, device, XfrmLink{if_id(gateway.number, slot.number), vrf}, mtu);
  } else {
    add_link(kernel, device, WireGuardLink{}, mtu);
  }
  add_address(kernel, device, Prefix(inner(gateway.number)));
  for (const auto& address : slot.addresses) add_address(kernel, device, address);
  if (hub.kaido) add_device_route(kernel, Prefix(inner(hub.number)), device, kMainTable);
  if (const auto probe = slot.probe_for(tunnel.transport))
    add_probe_route(kernel, Prefix(*probe), tunnel.transport, device);
}

/// The interface of one tunnel, and the way to the other end's inner address.
void add_hub_tunnel(KernelState& kernel, const Board& board, const Tunnel& tunnel) {
  const auto& fleet = board.model.gateway.fleet;
  const auto& site = board.model.sites.at(tunnel.site_index);
  if (tunnel.transport == Transport::ikev2)
    add_link(kernel, tunnel.device, XfrmLink{if_id(site.number, tunnel.slot), ""},
             tunnel_mtu(board, tunnel));
  add_device_route(kernel, Prefix(inner_address(fleet, site.number, tunnel.transport, tunnel.slot)),
                   tunnel.device, kMainTable);
}

/// All sites' tunnels with the same transport and slot number share the hub's inner address, and
/// those by WireGuard the device.
void add_hub_end(KernelState& kernel, const Board& board, const Tunnel& tunnel) {
  const auto& gateway = board.model.gateway;
  if (tunnel.transport == Transport::wireguard)
    add_link(kernel, tunnel.device, WireGuardLink{}, tunnel_mtu(board, tunnel));
  add_address(kernel, kOwnDevice,
              Prefix(inner_address(gateway.fleet, gateway.number, tunnel.transport, tunnel.slot)));
}

void add_hub_tunnels(KernelState& kernel, const Board& board) {
  std::array<std::array<bool, 256>, 2> known{};
  for (const auto& tunnel : board.tunnels) {
    const auto transport = tunnel.transport == Transport::ikev2 ? 0U : 1U;
    if (!std::exchange(known.at(transport).at(tunnel.slot), true))
      add_hub_end(kernel, board, tunnel);
    add_hub_tunnel(kernel, board, tunnel);
  }
}

}  // namespace

void add_tunnels(KernelState& kernel, const Board& board) {
  by_role(
      board.model,
      [&] {
        for (const auto& tunnel : board.tunnels) add_site_tunnel(kernel, board, tunnel);
      },
      [&] { add_hub_tunnels(kernel, board); });
}

}  // namespace kaido::desired
