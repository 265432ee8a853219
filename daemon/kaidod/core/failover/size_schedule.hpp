// When a path gets its next probe of full size. Internal to core/failover.
#pragma once

#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

[[nodiscard]] Duration size_interval(const FailoverState& state, std::size_t path);
/// Plans the next one, an interval from now.
void schedule_size_probe(const Context& context, std::size_t path);
/// Sends one now, or later when the pace of full-size probes is used up.
void send_size_probe(const Context& context, std::size_t path);
/// Traffic turns to the path: a size that passed a while ago may not pass any more.
void ask_size(const Context& context, std::size_t path);

}  // namespace kaido::failover
