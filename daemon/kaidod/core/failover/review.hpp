// Troubles that no single answer tells: loss, delay, ignored claims. Internal to core/failover.
#pragma once

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Looks at the level of every path, not at an event.
void review(const Context& context);

}  // namespace kaido::failover
