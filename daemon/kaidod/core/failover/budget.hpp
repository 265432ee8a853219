// What probes may cost on an uplink that is paid by volume. Internal to core/failover.
//
// A bucket fills evenly over the month and holds the share of a day. While it is not empty, paths
// are probed as always: an hour of traffic, or of trouble, has what it needs. When it is empty, the
// paths in use and their standbys share most of the steady rate until there is a reserve again.
// Silence is noticed later then. What a missing answer sets off is never slowed down.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Buckets for the new plan. What was spent stays spent, unless another amount is allowed now.
void begin_budgets(FailoverState& state, const FailoverState& before, Instant now);
/// A probe of `size` bytes is sent by the path; 0: the smallest.
void spend(const Context& context, std::size_t path, std::uint16_t size);
/// The budget of the path's uplink is spent.
[[nodiscard]] bool spent(const FailoverState& state, std::size_t path);
/// The shortest interval that the path's share of a spent budget allows; 0: any interval.
[[nodiscard]] Duration affordable(const FailoverState& state, std::size_t path);
[[nodiscard]] Duration affordable_for_size(const FailoverState& state, std::size_t path);

}  // namespace kaido::failover
