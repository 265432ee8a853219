// What a path costs, and which difference counts. Internal to core/failover.
#pragma once

#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// The part of cost() that comes from losses.
[[nodiscard]] double loss_cost(const PathState& path, Instant now);
/// A difference in cost that does not count.
[[nodiscard]] double cost_margin(double cost);
/// `best` is cheaper beyond the margin when losses are left out: by delay and transport.
[[nodiscard]] bool faster(const FailoverState& state, std::size_t best, std::size_t current,
                          Instant now);

}  // namespace kaido::failover
