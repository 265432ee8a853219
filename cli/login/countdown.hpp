// When the person has to be told that a session ends.
#pragma once

#include <cstdint>

namespace kaido::cli::login {

enum class Warning : std::uint8_t { none, soon, over };

class Countdown {
 public:
  static constexpr std::int64_t kBefore = 900;  ///< seconds

  /// `now` is the hub's clock, when one's own steady clock showed `own`; both in seconds.
  Countdown(std::int64_t now, std::int64_t own) : ahead_(now - own) {}

  [[nodiscard]] std::int64_t left(std::int64_t ends, std::int64_t own) const {
    return ends - (own + ahead_);
  }
  /// `soon` once for each end.
  [[nodiscard]] Warning look(std::int64_t ends, std::int64_t own) {
    if (left(ends, own) <= 0) return Warning::over;
    if (left(ends, own) > kBefore || warned_ == ends) return Warning::none;
    warned_ = ends;
    return Warning::soon;
  }
  /// For how long there is nothing to say.
  [[nodiscard]] std::int64_t pause(std::int64_t ends, std::int64_t own) const {
    const auto rest = left(ends, own);
    return rest > kBefore ? rest - kBefore : rest;
  }

 private:
  std::int64_t ahead_;
  std::int64_t warned_ = 0;
};

/// Of a clock that nobody sets and that goes on while the machine sleeps, in seconds.
[[nodiscard]] std::int64_t steady_seconds();

}  // namespace kaido::cli::login
