// A working path is left for a better one. Internal to core/failover.
#pragma once

#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// `best` is preferred to `current`, which is in use and works. The network moves now, or later
/// when `best` has stayed better for long enough.
void consider_better(const Context& context, std::size_t network, std::size_t current,
                     std::size_t best);
/// A probe of the wanted path is lost. That says little: it answers again, or is down, in a moment.
[[nodiscard]] bool wanted_is_suspect(const FailoverState& state, const NetworkState& network);

}  // namespace kaido::failover
