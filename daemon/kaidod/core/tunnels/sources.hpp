// Which sources may come out of a tunnel: what WireGuard's allowed IPs and the firewall say.
#pragma once

#include <cstdint>
#include <vector>

#include "core/model.hpp"

namespace kaido {

/// A site: sources and destinations that belong to a hub, seen through one of its tunnels.
[[nodiscard]] std::vector<Prefix> hub_sources(const Model& model, const Slot& slot,
                                              Transport transport);
/// A hub: those of a site, likewise.
[[nodiscard]] std::vector<Prefix> site_sources(const Model& model, const Site& site,
                                               Transport transport, std::uint8_t slot);

}  // namespace kaido
