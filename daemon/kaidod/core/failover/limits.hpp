// The limits of a network (its SLA). Internal to core/failover; within() is in figures.hpp.
#pragma once

#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Losses in the worse direction over the last `seconds`, or of the round trip where the counts of
/// both ends do not tell.
[[nodiscard]] LastMinute::Count worse_direction(const PathState& path, Instant now,
                                                std::size_t seconds = LastMinute::kSeconds);
/// The loss is outside the limit, and it is no bad luck. `limit` is a share, 0 to 1.
[[nodiscard]] bool too_lossy(const PathState& path, double limit, Instant now);
[[nodiscard]] bool too_slow(const PathState& path, Duration limit);
/// The limits hold that do not depend on figures which come and go: size, and claims that are
/// applied.
[[nodiscard]] bool meets_fixed_limits(const FailoverState& state, std::size_t path, const Sla& sla);

}  // namespace kaido::failover
