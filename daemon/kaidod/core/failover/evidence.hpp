// Which differences in loss are real. Internal to core/failover.
#pragma once

#include <cstddef>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// `best` loses so much less than `current`, beyond chance, that a switch pays.
[[nodiscard]] bool less_lossy(const FailoverState& state, std::size_t best, std::size_t current,
                              Instant now);
/// The path is probed so often that its round trip is of now.
[[nodiscard]] bool probed_often(const PathState& path, Instant now);

}  // namespace kaido::failover
