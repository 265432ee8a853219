// Which path each network uses, and why. Internal to core/failover.
#pragma once

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Looks at the choice of every network.
void choose(const Context& context);

}  // namespace kaido::failover
