#include "core/failover/round_trips.hpp"

#include <algorithm>
#include <cstddef>

namespace kaido {

void RoundTrips::add(Duration round_trip) {
  if (count_ == 0) {
    smoothed_ = round_trip;
    variation_ = round_trip / 2;
  } else {
    const auto last = samples_[(count_ - 1) % samples_.size()];
    const auto step = round_trip > last ? round_trip - last : last - round_trip;
    jitter_ += (step - jitter_) / 16;
    const auto error = round_trip > smoothed_ ? round_trip - smoothed_ : smoothed_ - round_trip;
    variation_ += (error - variation_) / 4;
    smoothed_ += (round_trip - smoothed_) / 8;
  }
  samples_[count_ % samples_.size()] = round_trip;
  ++count_;
}

RoundTrips::Quantiles RoundTrips::quantiles() const {
  const auto filled = std::min(count_, samples_.size());
  if (filled == 0) return {};
  auto sorted = samples_;
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(filled);
  std::sort(sorted.begin(), end);
  return {sorted[0], sorted[filled / 2], sorted[std::min(filled - 1, filled * 95 / 100)]};
}

}  // namespace kaido
