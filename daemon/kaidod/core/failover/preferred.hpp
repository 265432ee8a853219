// Which path is the best one for a network. Internal to core/failover.
#pragma once

#include <cstddef>
#include <optional>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Place of the hub in the network's order of preference, from 0.
[[nodiscard]] std::size_t hub_rank(const NetworkSpec& network, std::size_t hub);

/// The best path that has answered after `since`; nullopt: there is none. Of paths that cost about
/// the same it is the one in use, else the first in order of those that have stayed good for long
/// enough, else the first that will have.
[[nodiscard]] std::optional<std::size_t> preferred(const FailoverState& state, std::size_t network,
                                                   Instant since, Instant now);

}  // namespace kaido::failover
