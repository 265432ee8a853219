// Round trip times of one path.
#pragma once

#include <array>
#include <cstddef>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// Round trips of the last 64 answers.
class RoundTrips {
 public:
  void add(Duration round_trip);
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Duration smoothed() const { return smoothed_; }  ///< RFC 6298 §2
  [[nodiscard]] Duration variation() const { return variation_; }
  [[nodiscard]] Duration jitter() const { return jitter_; }  ///< RFC 3550 §6.4.1
  struct Quantiles {
    Duration minimum{}, median{}, p95{};
  };
  /// All zero while there was no answer.
  [[nodiscard]] Quantiles quantiles() const;
  void clear() { *this = {}; }

 private:
  std::array<Duration, 64> samples_{};
  std::size_t count_ = 0;
  Duration smoothed_{}, variation_{}, jitter_{};
};

}  // namespace kaido
