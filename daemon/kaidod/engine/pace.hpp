// How much of the strand something may have that others can cause.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// A quarter of the time, after a burst of a second; never is it put off for longer than half a
/// second (the generic cell rate algorithm, with the time taken as the cost).
class Pace {
 public:
  /// When the next turn may begin; in the past: now.
  [[nodiscard]] Instant next(Instant now) const {
    return std::min<Instant>(paid_ - kBurst, now + kLongestRest);
  }
  void spend(Instant begin, Instant end) {
    paid_ = std::max(paid_, begin) + (end - begin) * kShare;
  }
  /// It has as much as if it had never done anything.
  [[nodiscard]] bool is_fresh(Instant now) const { return paid_ <= now; }

 private:
  static constexpr int kShare = 4;
  static constexpr auto kBurst = std::chrono::seconds(1);
  static constexpr auto kLongestRest = std::chrono::milliseconds(500);
  Instant paid_;
};

}  // namespace kaido
