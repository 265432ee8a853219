// When a tunnel is repaired that is up but carries nothing. Internal to core/failover.
#pragma once

#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Asks for a repair when it is time. core/tunnels/machine.cpp decides how.
void repair_tunnel(const Context& context, std::size_t path);

}  // namespace kaido::failover
