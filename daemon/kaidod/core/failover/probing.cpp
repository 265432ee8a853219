#include "core/failover/probing.hpp"

#include <algorithm>

#include "core/failover/beat.hpp"
#include "core/failover/budget.hpp"
#include "core/failover/repair.hpp"
#include "core/failover/silence.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/size.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto kLately = 60s;       ///< a path that is silent for longer is probed rarely
constexpr int kDownFactor = 4;      ///< fast intervals between probes of a down path that matters
constexpr auto kFreshTrouble = 1s;  ///< for this long after a death the hub is asked for all paths

Duration interval_while_down(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto& rates = state.plan.rates;
  const auto silence = state.last_tick - path.since;
  if (silence < kLongestSilence) return rates.fast;  // perhaps it is a pause
  const bool lately = silence < kLately;
  const bool soon = path.fast || (state.all_silent && lately);
  const auto wanted = soon ? rates.fast * kDownFactor : lately ? Duration(kBeat) : rates.slow;
  return std::max(affordable(state, i), std::min(rates.slow, wanted));
}

Duration interval_while_good(const FailoverState& state, std::size_t i) {
  const auto& rates = state.plan.rates;
  const auto wanted = !state.paths[i].fast ? rates.slow : state.traffic ? rates.fast : rates.idle;
  return std::max(affordable(state, i), wanted);
}

/// The path keeps its rhythm. After a pause it neither catches up nor falls in step with the
/// others. A path that is probed every few seconds has its turn on a beat, with others.
Instant next_turn(const Context& context, std::size_t i) {
  const auto step = probe_interval(context.state, i);
  const auto last = context.path(i).next_probe;
  if (step < kBeat) return last + step * ((context.now - last) / step + 1);
  const auto every = static_cast<std::size_t>((step + kBeat - 1ns) / kBeat);
  return beat(context.now + kSlack + 1ns, every, i % every);
}

bool has_trouble(const PathState& path, Instant now) {
  return path.health == Health::suspect ||
         (path.health == Health::down && now - path.since < kFreshTrouble);
}

}  // namespace

Duration probe_interval(const FailoverState& state, std::size_t i) {
  switch (state.paths[i].health) {
    case Health::suspect:
    case Health::proving:
    case Health::unproven:
      return state.plan.rates.fast;
    case Health::down:
      return interval_while_down(state, i);
    case Health::good:
      return interval_while_good(state, i);
    case Health::unusable:
      break;
  }
  return state.plan.rates.slow;
}

std::uint32_t send_probe(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  const auto sequence = path.next_sequence++;
  path.sent[sequence % path.sent.size()] = {sequence, context.now, size, false};
  spend(context, i, size);
  if (size == 0) path.minute.sent(context.now);
  const bool trouble = std::ranges::any_of(
      context.state.paths, [&](const PathState& other) { return has_trouble(other, context.now); });
  context.out.emplace_back(SendProbe{.path = i,
                                     .sequence = sequence,
                                     .size = size,
                                     .echo = context.spec(i).measure == Measure::echo,
                                     .ask_all = trouble && path.health != Health::suspect});
  return sequence;
}

void tick_path(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto& spec = context.spec(i);
  if (path.health == Health::unusable || spec.measure == Measure::none) return;
  judge_silence(context, i);
  tick_size(context, i);
  if (context.now + kSlack >= path.next_probe) {
    const auto sequence = send_probe(context, i, 0);
    path.next_probe = next_turn(context, i);
    if (path.health == Health::suspect && spec.measure == Measure::stamp)
      context.out.emplace_back(SendProbe{.path = i, .sequence = sequence, .echo = true});
  }
  repair_tunnel(context, i);
}

std::optional<Instant> path_deadline(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  if (path.health == Health::unusable || state.plan.paths[i].measure == Measure::none)
    return std::nullopt;
  auto next = std::min(path.next_probe, silence_due(state, i));
  if (const auto at = size_due(state, i); at > state.last_tick) next = std::min(next, at);
  return next;
}

}  // namespace kaido::failover
