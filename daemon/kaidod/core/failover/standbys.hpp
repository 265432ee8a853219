// Which paths are probed fast, ready for the death of the one in use. Internal to core/failover.
#pragma once

#include "core/failover/context.hpp"

namespace kaido::failover {

void assign_standbys(const Context& context);

}  // namespace kaido::failover
