// Does the hub apply our claims. Internal to core/failover.
#pragma once

#include "core/failover/context.hpp"
#include "core/failover/events.hpp"

namespace kaido::failover {

/// The reply names the claim that the hub has applied. `sent_at`: when its probe was sent.
void note_applied(const Context& context, const ProbeReply& reply, Instant sent_at);
/// Our claim at the hub of this path has changed. `old_path_dead`: until the hub acknowledges it,
/// its packets go by a path that is dead.
void expect_acknowledgement(const Context& context, std::size_t path, bool old_path_dead);

}  // namespace kaido::failover
