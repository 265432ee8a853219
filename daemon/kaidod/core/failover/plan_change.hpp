// Another plan comes into force. Internal to core/failover.
#pragma once

#include "core/failover/context.hpp"
#include "core/failover/events.hpp"

namespace kaido::failover {

/// What is known of a path or a network stays with its name.
void apply_plan(const Context& context, const PlanChanged& event);

}  // namespace kaido::failover
