// Which address of a pool another device gets.
#pragma once

#include <optional>
#include <set>

#include "kaido/ip.hpp"

namespace kaido::session {

/// The lowest that nobody has. The first after the network's own is the hub's; of IPv4 the last
/// one, the broadcast address, is nobody's. nullopt: none is left. Time: by the number of `used`.
[[nodiscard]] std::optional<IpAddress> next_free(const Prefix& pool,
                                                 const std::set<IpAddress>& used);

}  // namespace kaido::session
