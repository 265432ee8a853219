#include "core/failover/silence_limit.hpp"

#include <algorithm>
#include <cmath>

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto kUnknownPatience = 500ms;  ///< while no round trip is known
constexpr int kPatienceDeviations = 4;    ///< added to the smoothed round trip
/// Probes in 30 days at 50 ms: one false alarm in that time is accepted.
constexpr double kFalseAlarmProbes = 20.0 * 86400 * 30;
constexpr auto kGapMemory = 20min;  ///< gaps of this period and of the one before count
constexpr int kGapMargin = 4;       ///< 1/4 is added to the habitual gap
constexpr int kWitnessLead = 2;     ///< half a fast interval: the kernel answers that much earlier

/// The second longest gap: what happened once is no habit of the line.
Duration habitual_gap(const PathState& path, Instant now) {
  const auto age = now - path.gap_period;
  if (age > 2 * kGapMemory) return {};
  const auto& [these, before] = path.gaps;
  if (age > kGapMemory) return these[1];
  return std::max({std::min(these[0], before[0]), these[1], before[1]});
}

/// Probes lost in a row that are no chance. With independent loss p, k in a row come once in 30
/// days when p^k = 1 / (probes of 30 days).
double losses_beyond_chance(const PathState& path, Instant now) {
  // What only the reflector did not answer is no loss.
  const auto share = path.trouble == Trouble::reflector_silent
                         ? 0.0
                         : std::min(kMostLoss, path.minute.round_trip(now).share());
  return share <= 0 ? 0.0 : std::ceil(std::log(kFalseAlarmProbes) / -std::log(share));
}

/// The witness answered during the silence. When a whole line pauses, both answer at its end, the
/// kernel a moment before the reflector: that explains nothing.
bool witness_explains(const Context& context, const PathState& path, Instant at) {
  return path.first_witness != Instant{} &&
         at - path.first_witness >= context.state.plan.rates.fast / kWitnessLead;
}

void begin_gap_period(PathState& path, Instant now) {
  const auto age = now - path.gap_period;
  if (age <= kGapMemory) return;
  path.gaps = {PathState::Gaps{}, age > 2 * kGapMemory ? PathState::Gaps{} : path.gaps[0]};
  path.gap_period = now;
}

}  // namespace

Duration patience(const PathState& path) {
  if (path.round_trips.empty()) return kUnknownPatience;
  return path.round_trips.smoothed() + kPatienceDeviations * path.round_trips.variation();
}

Duration threshold(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto fast = state.plan.rates.fast;
  const auto gap = habitual_gap(path, now);
  const auto k = losses_beyond_chance(path, now);
  const auto wanted = std::max<Duration>(gap + gap / kGapMargin, fast * static_cast<int>(k));
  const auto least = fast * static_cast<int>(kSilentProbes);
  return std::clamp<Duration>(wanted, least, std::max<Duration>(kLongestSilence, least));
}

void remember_gap(const Context& context, std::size_t i, Instant at) {
  auto& path = context.path(i);
  // A path that was down for a moment only is a line that pauses now and then.
  const bool down = path.health == Health::down;
  if (!down && (path.health != Health::suspect || !path.fast)) return;
  if (witness_explains(context, path, at)) return;
  const auto gap = at - path.silent_from;
  if (gap <= Duration{} || gap > kLongestSilence) return;
  begin_gap_period(path, context.now);
  auto& [longest, second] = path.gaps[0];
  second = std::max(second, std::min(longest, gap));
  longest = std::max(longest, gap);
}

}  // namespace kaido::failover
