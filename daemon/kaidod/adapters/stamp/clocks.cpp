#include "adapters/stamp/clocks.hpp"

#include <algorithm>

namespace kaido::stamp_prober {
namespace {

using std::chrono::nanoseconds;

// What a disciplined clock drifts by is at most 0.05 %; the rest is being scheduled away between
// the reading of one clock and the other.
constexpr nanoseconds kTolerance{200'000};
constexpr int kDriftDivisor = 1000;
// A timestamp of a packet that came in between a probe's dispatch and our note of it.
constexpr nanoseconds kNoise{50'000};

}  // namespace

Reading Reading::take() {
  constexpr nanoseconds kTogether{20'000};
  constexpr int kAttempts = 4;
  for (int attempt = 1;; ++attempt) {
    const auto before = std::chrono::steady_clock::now();
    const auto wall = std::chrono::system_clock::now();
    const auto after = std::chrono::steady_clock::now();
    // Scheduled away in between: once more.
    if (after - before <= kTogether || attempt == kAttempts)
      return {before + ((after - before) / 2), wall};
  }
}

void Clocks::look(const Reading& now) {
  if (last_) {
    const nanoseconds steady = now.steady - last_->steady;
    const nanoseconds difference = (now.wall - last_->wall) - steady;
    stepped_ = std::chrono::abs(difference) > kTolerance + (steady / kDriftDivisor);
  }
  last_ = now;
}

Instant Clocks::arrival(const std::optional<WallTime>& timestamp, Instant sent) const {
  if (!last_) return sent;
  if (!timestamp || stepped_) return last_->steady;
  const auto at = last_->steady - (last_->wall - *timestamp);
  if (at > last_->steady || at + kNoise < sent) return last_->steady;
  return std::max(at, sent);
}

}  // namespace kaido::stamp_prober
