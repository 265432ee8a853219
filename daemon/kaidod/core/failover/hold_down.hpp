// How long a path has to stay good before it is preferred again. Internal to core/failover.
#pragma once

#include <chrono>
#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

inline constexpr auto kHardHold = std::chrono::seconds(30);   ///< after a death
inline constexpr auto kSoftHold = std::chrono::seconds(300);  ///< after it left the limits

/// A trouble has begun. Its hold is `base`, and twice as long with each trouble before it.
void count_flap(const Context& context, std::size_t path, Duration base);
/// When a network may move back to this path, which it wants since `wanted_since`.
[[nodiscard]] Instant held_until(const PathState& path, Instant wanted_since, Instant now);
/// What was held against all paths is forgiven.
void forgive_all(const Context& context);

}  // namespace kaido::failover
