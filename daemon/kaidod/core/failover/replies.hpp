// What the answers say. Internal to core/failover.
#pragma once

#include "core/failover/context.hpp"
#include "core/failover/events.hpp"

namespace kaido::failover {

void on_reply(const Context& context, const ProbeReply& reply);
void on_counters(const Context& context, const CountersRead& read);

}  // namespace kaido::failover
