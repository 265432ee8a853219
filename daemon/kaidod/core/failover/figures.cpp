#include "core/failover/figures.hpp"

#include <algorithm>

#include "core/failover/probing.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/size_schedule.hpp"
#include "core/failover/state.hpp"

namespace kaido {

PathFigures figures(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto& spec = state.plan.paths[i];
  PathFigures result{.name = spec.name, .health = path.health};
  result.measured = spec.measure != Measure::none;
  result.silence = now - std::max(path.last_reply, path.silent_from);
  result.limit = failover::threshold(state, i, now);
  result.round_trip = path.round_trips.smoothed();
  result.loss = path.minute.round_trip(now).share();
  result.size = path.size;
  result.cost = cost(state, i, now);
  return result;
}

Duration probing_interval(const FailoverState& state, std::size_t path) {
  return failover::probe_interval(state, path);
}

Duration size_probing_interval(const FailoverState& state, std::size_t path) {
  return failover::size_interval(state, path);
}

}  // namespace kaido
