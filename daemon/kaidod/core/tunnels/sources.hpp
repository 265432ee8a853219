// Which sources may come out of a tunnel: what WireGuard's allowed IPs and the firewall say.
#pragma once

#include <vector>

#include "core/model.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// Sources and destinations that belong to the tunnel's other end, seen through it. Sorted.
[[nodiscard]] std::vector<Prefix> sources_behind(const Model& model, const Tunnel& tunnel);

}  // namespace kaido
