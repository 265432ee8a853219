#include "core/tunnels/states.hpp"

#include <algorithm>

#include "core/addressing.hpp"
#include "core/role.hpp"

namespace kaido {
namespace {

Tunnel waiting(std::uint8_t slot, Transport transport) {
  Tunnel tunnel;
  tunnel.slot = slot;
  tunnel.transport = transport;
  tunnel.state = state::Waiting{};
  return tunnel;
}

Tunnel site_tunnel(const Model& model, std::size_t index, Transport transport) {
  const auto& slot = model.slots[index];
  auto tunnel = waiting(slot.number, transport);
  tunnel.slot_index = static_cast<std::uint32_t>(index);
  tunnel.name = tunnel_name(model, slot, transport);
  tunnel.device = site_device(transport, slot.number);
  if (transport == Transport::ikev2) tunnel.connection = connection_name(model, slot);
  tunnel.peer_key = slot.wireguard_key ? slot.wireguard_key : model.hubs.at(slot.hub).wireguard_key;
  return tunnel;
}

Tunnel hub_tunnel(const Model& model, std::size_t index, const SiteSlot& slot,
                  Transport transport) {
  const auto& site = model.sites[index];
  auto tunnel = waiting(slot.number, transport);
  tunnel.site_index = static_cast<std::uint32_t>(index);
  tunnel.listens = true;
  tunnel.name = tunnel_name(site, slot.number, transport);
  tunnel.peer_key = slot.wireguard_key;
  if (transport == Transport::ikev2) {
    tunnel.device = hub_ike_device(site.number, slot.number);
    tunnel.connection = connection_name(site, slot.number);
  } else {
    tunnel.device = hub_wireguard_device(slot.number);
  }
  return tunnel;
}

std::vector<Tunnel> of_site(const Model& model) {
  std::vector<Tunnel> tunnels;
  for (std::size_t i = 0; i < model.slots.size(); ++i)
    for (const auto transport : model.hubs.at(model.slots[i].hub).transports)
      tunnels.push_back(site_tunnel(model, i, transport));
  return tunnels;
}

std::vector<Tunnel> of_hub(const Model& model) {
  std::vector<Tunnel> tunnels;
  for (std::size_t i = 0; i < model.sites.size(); ++i)
    for (const auto& slot : model.sites[i].slots) {
      if (model.sites[i].ikev2) tunnels.push_back(hub_tunnel(model, i, slot, Transport::ikev2));
      if (model.sites[i].wireguard && slot.wireguard_key)
        tunnels.push_back(hub_tunnel(model, i, slot, Transport::wireguard));
    }
  return tunnels;
}

}  // namespace

std::vector<Tunnel> tunnels_of(const Model& model) {
  auto tunnels = by_role(model, [&] { return of_site(model); }, [&] { return of_hub(model); });
  tunnels.shrink_to_fit();
  return tunnels;
}

std::vector<std::string> names_of(const TunnelStates& tunnels) {
  std::vector<std::string> names;
  names.reserve(tunnels.size());
  for (const auto& tunnel : tunnels) names.push_back(tunnel.name);
  return names;
}

std::vector<std::size_t> match_tunnels(const TunnelStates& tunnels, std::string_view name) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < tunnels.size(); ++i) {
    const auto& full = tunnels[i].name;
    if (!full.starts_with(name)) continue;
    const auto next = full.size() == name.size() ? '/' : full[name.size()];
    if (next == '/' || next == ':') result.push_back(i);
  }
  return result;
}

TunnelSpan tunnels_to_site(const TunnelStates& tunnels, std::uint32_t site) {
  const auto mine = std::ranges::equal_range(tunnels, site, {}, &Tunnel::site_index);
  return {static_cast<std::size_t>(mine.begin() - tunnels.begin()),
          static_cast<std::size_t>(mine.end() - tunnels.begin())};
}

}  // namespace kaido
