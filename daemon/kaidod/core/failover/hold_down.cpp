#include "core/failover/hold_down.hpp"

#include <algorithm>
#include <cstdint>

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto kNewHold = 3s;                    ///< of a path that never had trouble
constexpr auto kLongestHold = 3600s;             ///< whatever happened before
constexpr std::uint32_t kMostHoldDoublings = 7;  ///< of a hold
constexpr auto kYoung = 60s;       ///< a path without trouble that is good for less is new
constexpr auto kBetterHold = 15s;  ///< an old path has to be better for so long
constexpr auto kForgiven = 1h;     ///< since then a forgiven path counts as good

}  // namespace

void count_flap(const Context& context, std::size_t i, Duration base) {
  auto& path = context.path(i);
  // A trouble is noticed when it is named, and again when the path is left because of it.
  const bool counted = path.flaps > 0 && path.flap_at >= path.good_since;
  if (!counted) {
    const auto quiet =
        std::chrono::duration_cast<std::chrono::hours>(context.now - path.flap_at).count();
    path.flaps = (path.flaps >> std::min<std::int64_t>(quiet, 31)) + 1;
    path.flap_at = context.now;
    if (path.flaps == 1) path.hold = {};
  }
  const auto hold = base * (1U << std::min(path.flaps - 1, kMostHoldDoublings));
  path.hold = std::min<Duration>(std::max<Duration>(hold, path.hold), kLongestHold);
}

Instant held_until(const PathState& path, Instant wanted_since, Instant now) {
  // A path that was always good has to be better for a while too: delays come and go.
  const bool is_new = path.flaps == 0 && now - path.good_since < kYoung;
  const auto better_for = is_new ? Duration(kNewHold) : Duration(kBetterHold);
  return std::max(path.good_since + std::max<Duration>(path.hold, kNewHold),
                  wanted_since + better_for);
}

void forgive_all(const Context& context) {
  for (auto& path : context.state.paths) {
    path.hold = {};
    path.flaps = 0;
    if (path.good_since + kForgiven > context.now)
      path.good_since = std::min(path.good_since, context.now - kForgiven);
  }
}

}  // namespace kaido::failover
