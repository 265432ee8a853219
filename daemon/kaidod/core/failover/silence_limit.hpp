// How much silence is too much. Internal to core/failover.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Probes without an answer that make a path dead, at least.
inline constexpr std::uint32_t kSilentProbes = 3;
/// A longer silence always makes a path dead.
inline constexpr auto kLongestSilence = std::chrono::seconds(1);
/// A larger share of losses counts as this one.
inline constexpr double kMostLoss = 0.5;

/// A reply is late when it has not come this long after its probe.
[[nodiscard]] Duration patience(const PathState& path);
/// Silence that makes the path dead.
[[nodiscard]] Duration threshold(const FailoverState& state, std::size_t path, Instant now);
/// A silence ended at `at`. Its length counts in threshold() from now on, so that the same pause of
/// a line does not look like death again. It does not count when the witness answered meanwhile, or
/// when this machine paused, since no answer was due then.
void remember_gap(const Context& context, std::size_t path, Instant at);

}  // namespace kaido::failover
