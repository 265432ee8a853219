// Tunnels as a table, and one tunnel in full.
#pragma once

#include <string>
#include <vector>

#include "core/report.hpp"
#include "output/terminal.hpp"

namespace kaido::cli {

/// Does `name` mean this tunnel: its name, or the beginning of it that ends before '/' or ':'?
[[nodiscard]] bool is_meant(const TunnelReport& tunnel, const std::string& name);
/// Up, or down because someone wanted it so.
[[nodiscard]] bool is_fine(const TunnelReport& tunnel);
[[nodiscard]] Colour colour_of(const TunnelReport& tunnel);

[[nodiscard]] std::string draw_tunnels(const std::vector<TunnelReport>& tunnels,
                                       const Style& style);
[[nodiscard]] std::string draw_tunnel(const TunnelReport& tunnel, const Style& style);

}  // namespace kaido::cli
