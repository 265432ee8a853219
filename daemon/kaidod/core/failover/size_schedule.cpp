#include "core/failover/size_schedule.hpp"

#include <algorithm>

#include "core/failover/beat.hpp"
#include "core/failover/budget.hpp"
#include "core/failover/fragments.hpp"
#include "core/failover/probing.hpp"
#include "core/failover/size.hpp"
#include "core/failover/size_rules.hpp"
#include "core/failover/size_search.hpp"

namespace kaido::failover {
namespace {

constexpr auto kPace = 5ms;    ///< for each full-size probe of any path; two at once are no burst
constexpr int kJitter = 1024;  ///< standbys are shifted by up to 128/1024 of the interval
constexpr int kJitterSteps = 256;

/// A planned probe (see schedule_size_probe) may as well go on a later beat, with others.
bool may_wait_for_beat(const Context& context, std::size_t i) {
  const auto& path = context.path(i);
  return path.next_size == beat(path.next_size) && size_interval(context.state, i) >= kBeat &&
         context.now - path.size_at < 2 * kElsewhere;
}

}  // namespace

Duration size_interval(const FailoverState& state, std::size_t i) {
  if (spent(state, i)) return std::max<Duration>(kElsewhere, affordable_for_size(state, i));
  if (!state.paths[i].fast) return kElsewhere;
  const bool stamp = state.plan.paths[i].measure == Measure::stamp;
  return stamp && in_use(state, i) && state.traffic ? Duration(kWhileUsed) : Duration(kStandby);
}

void schedule_size_probe(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto interval = size_interval(context.state, i);
  path.next_size = context.now + interval;
  if (interval >= kBeat) {
    // Standbys are asked on the beat, but not in step with each other.
    const auto step = static_cast<int>(context.state.random() % kJitterSteps) - kJitterSteps / 2;
    path.next_size += interval / kJitter * step;
    path.next_size = beat(path.next_size - kBeat / 2);
  }
  if (size_limited(context.state, i) && path.next_whole > context.now && !spent(context.state, i))
    path.next_size = std::min(path.next_size, path.next_whole);
}

void send_size_probe(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  auto& paced = context.state.paced_until;
  if (paced > context.now + kPace) {
    path.next_size = may_wait_for_beat(context, i) ? beat(paced) : paced - kPace;
    return;
  }
  paced = std::max(paced, context.now) + kPace;
  path.size_sequence = send_probe(context, i, size_to_try(context, i));
  schedule_size_probe(context, i);
  // A small probe after it tells whether the large one alone was lost.
  const auto step = probe_interval(context.state, i);
  path.next_probe = std::min(path.next_probe, step < kBeat ? context.now + step : context.now);
}

void ask_size(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (!in_fragments(context.state, i)) path.next_size = std::min(path.next_size, context.now);
}

}  // namespace kaido::failover
