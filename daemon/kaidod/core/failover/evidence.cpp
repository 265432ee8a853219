#include "core/failover/evidence.hpp"

#include <cstdint>

#include "core/failover/limits.hpp"

namespace kaido::failover {
namespace {

constexpr double kWorthLoss = 0.5;          ///< a better path loses less than this share as much
constexpr double kSure = 5.0;               ///< standard deviations that are no chance
constexpr std::size_t kOftenSeconds = 10;   ///< a path is probed often
constexpr std::uint32_t kOftenProbes = 20;  ///< when so many were sent in that time

bool same_endpoint(const PathSpec& a, const PathSpec& b) {
  return a.hub == b.hub && a.endpoint == b.endpoint;
}

/// What is lost on `other` says something of what is lost on `to` but not on `from`.
bool tells_of(const PathSpec& other, const PathSpec& to, const PathSpec& from) {
  const bool other_end = !same_endpoint(to, from);
  if (to.uplink == from.uplink) return other_end && same_endpoint(other, to);
  return other.uplink == to.uplink && !(other_end && same_endpoint(other, from));
}

/// What is known of the loss of `to`: its own, and that of the good paths by the same uplink if
/// `from` uses another one (without those to the endpoint of `from`), or else of those to the same
/// endpoint.
LastMinute::Count loss_evidence(const FailoverState& state, std::size_t to, std::size_t from,
                                Instant now) {
  const auto& paths = state.plan.paths;
  auto sum = worse_direction(state.paths[to], now);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (i == to || state.paths[i].health != Health::good ||
        !tells_of(paths[i], paths[to], paths[from]))
      continue;
    const auto count = worse_direction(state.paths[i], now);
    sum.sent += count.sent;
    sum.lost += count.lost;
  }
  return sum;
}

/// The shares differ by more than kSure standard deviations of what both have in common. Losses
/// come in bursts, and figures are looked at all the time, so less than that may be chance.
bool surely_less(const LastMinute::Count& a, const LastMinute::Count& b) {
  if (a.sent == 0 || b.sent == 0) return false;
  const double share = static_cast<double>(a.lost + b.lost) / (a.sent + b.sent);
  const double variance = share * (1 - share) * (1.0 / a.sent + 1.0 / b.sent);
  const double difference = b.share() - a.share();
  return difference > 0 && difference * difference > kSure * kSure * variance;
}

}  // namespace

bool less_lossy(const FailoverState& state, std::size_t best, std::size_t current, Instant now) {
  const auto lost = worse_direction(state.paths[current], now);
  return worse_direction(state.paths[best], now).share() < lost.share() * kWorthLoss &&
         surely_less(loss_evidence(state, best, current, now), lost);
}

bool probed_often(const PathState& path, Instant now) {
  return path.minute.round_trip(now, kOftenSeconds).sent >= kOftenProbes;
}

}  // namespace kaido::failover
