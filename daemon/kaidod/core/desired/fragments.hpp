// Sites whose way does not carry what the tunnel's device would: larger packets go in fragments
// outside.
#pragma once

#include <optional>
#include <vector>

#include "core/desired/network_routes.hpp"

namespace kaido {

/// Hub: the outer address of the site that this route reaches in fragments; nullopt: in whole.
[[nodiscard]] std::optional<IpAddress> fragmented_peer(const Board& board,
                                                       const NetworkRoute& route);
/// All of them: the routes towards them are to be read too (ReadScope).
[[nodiscard]] std::vector<IpAddress> fragmented_peers(const Board& board);

namespace desired {

/// A hub's outer packets to a site: beside each route that could lead there, whatever policy rules
/// choose it, the same one for this address alone.
void add_fragments_to(KernelState& kernel, const Board& board, const KernelState& observed,
                      const NetworkRoute& route);

}  // namespace desired
}  // namespace kaido
