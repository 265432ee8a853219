// Is a path alive, and which direction died. Internal to core/failover.
#pragma once

#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Which direction died: from what the hub received, or from what still arrives here.
[[nodiscard]] Trouble direction(const PathState& path);
/// Looks for answers that are missing, and changes the path's health.
void judge_silence(const Context& context, std::size_t path);
/// When judge_silence() has something to do next; Instant::max(): never.
[[nodiscard]] Instant silence_due(const FailoverState& state, std::size_t path);

}  // namespace kaido::failover
