// What charon is told of a tunnel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/ike.hpp"

namespace kaido {

/// A site's; nullopt while its own address is not known (IPv6 only).
[[nodiscard]] std::optional<IkeConnection> site_connection(const Board& board,
                                                           const Tunnel& tunnel);
/// A hub's, which only responds.
[[nodiscard]] IkeConnection hub_connection(const Board& board, const Tunnel& tunnel);

/// A hub's, for one device of a person: one for each name by which the device may call itself, all
/// with what charon needs for it to be that device and no other (`id`, `certs` and `cacerts`: each
/// of them alone lets somebody else in).
[[nodiscard]] std::vector<IkeConnection> person_connections(const Board& board,
                                                            const std::string& name,
                                                            const session::IkeAdmission& admission);

}  // namespace kaido
