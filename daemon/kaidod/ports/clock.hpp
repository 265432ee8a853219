// The port to time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// One thread: that of the engine. A timer calls on it, never from inside a call of its own.
class Clock {
 public:
  /// Calls once. What was set before is forgotten, and nothing is called after the timer is gone.
  class Timer {
   public:
    virtual ~Timer() = default;
    /// At once when `at` is over already.
    virtual void set(Instant at, std::move_only_function<void()> call) = 0;
    virtual void cancel() = 0;
    /// For when it is set; nullopt: it is not, or it has called.
    [[nodiscard]] virtual std::optional<Instant> due() const = 0;
  };

  virtual ~Clock() = default;
  /// Monotonic.
  [[nodiscard]] virtual Instant now() const = 0;
  /// The machine's clock, which may be wrong, and be set.
  [[nodiscard]] virtual std::chrono::system_clock::time_point wall() const = 0;
  /// Its seconds since 1970.
  [[nodiscard]] std::int64_t wall_time() const {
    return std::chrono::duration_cast<std::chrono::seconds>(wall().time_since_epoch()).count();
  }
  /// What the machine's local time is ahead of UTC at that moment, by its time zone.
  [[nodiscard]] virtual std::chrono::seconds utc_offset(
      std::chrono::system_clock::time_point at) const = 0;
  virtual std::unique_ptr<Timer> make_timer() = 0;
};

}  // namespace kaido
