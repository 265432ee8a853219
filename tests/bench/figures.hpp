// What several benchmarks need.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <vector>

namespace kaido::bench {

/// Ends the benchmark: it could not be made. Destructors of locals do not run.
inline void require(bool holds, std::string_view what) {
  if (holds) return;
  fmt::print(stderr, "{}: {}\n", program_invocation_short_name, what);
  std::exit(2);
}

inline double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace kaido::bench
