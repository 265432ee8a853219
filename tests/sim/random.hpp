// Random numbers that are the same with every compiler and library: a failing seed replays exactly.
#pragma once

#include <cmath>
#include <cstdint>

namespace kaido::sim {

/// The finaliser of SplitMix64: every bit of the result depends on every bit of `x`.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mix(seed)) {}
  std::uint64_t next() { return mix(state_++); }
  /// In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }
  double uniform(double low, double high) { return low + ((high - low) * uniform()); }
  /// Skewed towards `low`, as durations of troubles are.
  double skewed(double low, double high) { return low * std::pow(high / low, uniform()); }
  double exponential(double mean) { return -mean * std::log(1.0 - uniform()); }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  bool chance(double p) { return uniform() < p; }

 private:
  std::uint64_t state_;
};

}  // namespace kaido::sim
