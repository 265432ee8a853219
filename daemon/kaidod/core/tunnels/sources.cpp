#include "core/tunnels/sources.hpp"

#include <algorithm>

#include "core/addressing.hpp"
#include "core/role.hpp"

namespace kaido {
namespace {

void sort_unique(std::vector<Prefix>& prefixes) {
  std::ranges::sort(prefixes);
  const auto tail = std::ranges::unique(prefixes);
  prefixes.erase(tail.begin(), tail.end());
}

std::vector<Prefix> hub_sources(const Model& model, const Slot& slot, Transport transport) {
  const auto& hub = model.hubs.at(slot.hub);
  std::vector<Prefix> prefixes;
  for (const auto& network : model.networks)
    if (std::ranges::count(network.hubs, slot.hub) > 0)
      prefixes.insert(prefixes.end(), network.prefixes.begin(), network.prefixes.end());
  if (hub.kaido) {
    const auto own = own_prefixes(model.gateway.fleet, hub.number, hub.loopback);
    prefixes.insert(prefixes.end(), own.begin(), own.end());
    prefixes.emplace_back(inner_address(model.gateway.fleet, hub.number, transport, slot.number));
  }
  if (const auto probe = slot.probe_for(transport)) prefixes.emplace_back(*probe);
  sort_unique(prefixes);
  return prefixes;
}

std::vector<Prefix> site_sources(const Model& model, const Site& site, Transport transport,
                                 std::uint8_t slot) {
  auto prefixes = own_prefixes(model.gateway.fleet, site.number, site.loopback);
  prefixes.insert(prefixes.end(), site.prefixes.begin(), site.prefixes.end());
  prefixes.emplace_back(inner_address(model.gateway.fleet, site.number, transport, slot));
  sort_unique(prefixes);
  return prefixes;
}

}  // namespace

std::vector<Prefix> sources_behind(const Model& model, const Tunnel& tunnel) {
  return by_role(
      model,
      [&] { return hub_sources(model, model.slots.at(tunnel.slot_index), tunnel.transport); },
      [&] {
        return site_sources(model, model.sites.at(tunnel.site_index), tunnel.transport,
                            tunnel.slot);
      });
}

}  // namespace kaido
