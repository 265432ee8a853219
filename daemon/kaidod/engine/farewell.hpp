// New before old: what uses a tunnel moves before the tunnel goes, and the other end hears of it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "ports/clock.hpp"

namespace kaido {

/// On the engine's strand. One change waits at a time; the next one ends its wait.
class Farewell {
 public:
  /// For a hub to follow, and for what is under way to arrive, before a tunnel goes.
  static constexpr auto kWait = std::chrono::seconds(1);

  explicit Farewell(Clock& clock) : clock_(clock), timer_(clock.make_timer()) {}

  /// `moved`: traffic has just left, and `then` waits for it.
  void after(bool moved, std::move_only_function<void()> then) {
    pending_ = std::move(then);
    if (!moved) return end();
    timer_->set(clock_.now() + kWait, [this] { end(); });
  }
  /// What waits happens now.
  void end() {
    timer_->cancel();
    if (auto pending = std::exchange(pending_, nullptr)) pending();
  }

 private:
  Clock& clock_;
  std::move_only_function<void()> pending_;
  std::unique_ptr<Clock::Timer> timer_;
};

}  // namespace kaido
