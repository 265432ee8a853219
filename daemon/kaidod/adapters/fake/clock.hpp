// Time that a test moves.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "ports/clock.hpp"

namespace kaido::fake {

/// Stands still until it is moved. One thread. Keeps the contract of tests/contract/clock.
class Clock final : public kaido::Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] std::chrono::system_clock::time_point wall() const override;
  [[nodiscard]] std::chrono::seconds utc_offset(
      std::chrono::system_clock::time_point /*at*/) const override {
    return offset;
  }
  std::unique_ptr<Timer> make_timer() override;

  /// When the first of the timers is due.
  [[nodiscard]] std::optional<Instant> next() const;
  /// On to `at`; calls what is due until then, each at its time.
  void go_to(Instant at);

  /// Japan's, unless a test moves the machine elsewhere.
  std::chrono::seconds offset = std::chrono::hours(9);

 private:
  class OneTimer;
  struct Waiting {
    OneTimer* timer = nullptr;
    std::move_only_function<void()> call;
  };
  using Calls = std::multimap<Instant, Waiting>;

  // Not the beginning of time: what happened a while ago has a place.
  Instant now_{std::chrono::hours(24)};
  Calls calls_;
};

}  // namespace kaido::fake
