#include "core/failover/limits.hpp"

#include <algorithm>
#include <cstdint>

#include "core/failover/figures.hpp"
#include "core/failover/fragments.hpp"

namespace kaido {
namespace failover {
namespace {

// Near its limit a path would come and go: it is inside again only well below.
constexpr double kLossRelief = 0.75;  ///< of the limit
constexpr int kDelayRelief = 9;       ///< tenths of the limit

// Much was lost in the last seconds: more than this factor of the limit.
constexpr std::size_t kRecentSeconds = 10;
constexpr double kRecentFactor = 2.0;
constexpr std::uint32_t kRecentLosses = 8;  ///< at least
// Or enough was lost in the last minute.
constexpr std::uint32_t kFewProbes = 100;  ///< in the minute
constexpr std::uint32_t kFewLosses = 4;    ///< at least, of fewer probes
constexpr std::uint32_t kManyLosses = 10;  ///< at least, of more

}  // namespace

LastMinute::Count worse_direction(const PathState& path, Instant now, std::size_t seconds) {
  const auto both = path.minute.round_trip(now, seconds);
  const auto up = path.minute.upload(now, seconds);
  const auto down = path.minute.download(now, seconds);
  if (up.sent < both.sent / 2 || down.sent == 0) return both;
  return up.share() > down.share() ? up : down;
}

bool too_lossy(const PathState& path, double limit, Instant now) {
  if (path.trouble == Trouble::lossy) limit *= kLossRelief;
  const auto beyond = [&](const LastMinute::Count& count, double factor, std::uint32_t least) {
    return count.lost >= least && count.share() > limit * factor;
  };
  if (beyond(worse_direction(path, now, kRecentSeconds), kRecentFactor, kRecentLosses)) return true;
  const auto minute = worse_direction(path, now);
  return beyond(minute, 1.0, minute.sent < kFewProbes ? kFewLosses : kManyLosses);
}

bool too_slow(const PathState& path, Duration limit) {
  return path.round_trips.smoothed() >
         (path.trouble == Trouble::slow ? limit / 10 * kDelayRelief : limit);
}

bool meets_fixed_limits(const FailoverState& state, std::size_t i, const Sla& sla) {
  const auto& spec = state.plan.paths[i];
  return state.paths[i].trouble != Trouble::claim_ignored &&
         (spec.measure != Measure::stamp ||
          carried(state, i) >= std::min(sla.size, spec.full_size));
}

}  // namespace failover

bool within(const FailoverState& state, std::size_t i, const Sla& sla, Instant now) {
  const auto& path = state.paths[i];
  if (!failover::meets_fixed_limits(state, i, sla)) return false;
  if (state.plan.paths[i].measure == Measure::none) return true;
  return !failover::too_slow(path, sla.delay) && !failover::too_lossy(path, sla.loss, now);
}

}  // namespace kaido
