// What charon is told of a tunnel.
#pragma once

#include <optional>

#include "core/board.hpp"
#include "core/ike.hpp"

namespace kaido {

/// A site's; nullopt while its own address is not known (IPv6 only).
[[nodiscard]] std::optional<IkeConnection> site_connection(const Board& board,
                                                           const Tunnel& tunnel);
/// A hub's, which only responds.
[[nodiscard]] IkeConnection hub_connection(const Board& board, const Tunnel& tunnel);

}  // namespace kaido
