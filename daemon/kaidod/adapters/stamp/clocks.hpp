// From the kernel's timestamps, which are of the wall clock, to the steady clock.
#pragma once

#include <chrono>
#include <optional>

#include "core/tunnels/tunnel.hpp"

namespace kaido::stamp_prober {

using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Both clocks, read together.
struct Reading {
  Instant steady;
  WallTime wall;
  static Reading take();
};

/// Pure. Anyone may set the wall clock at any time, between a packet's arrival and our looking at
/// it too; a timestamp is believed only while both clocks run alike. One thread.
class Clocks {
 public:
  /// To be told of every reading, oldest first. The answers are about the newest.
  void look(const Reading& now);

  /// When the packet arrived. Never before `sent`, never after the reading: a timestamp that says
  /// so, or one across a step of the wall clock, is worth nothing, and the reading itself counts.
  [[nodiscard]] Instant arrival(const std::optional<WallTime>& timestamp, Instant sent) const;

 private:
  std::optional<Reading> last_;
  bool stepped_ = false;  ///< between the two newest readings
};

}  // namespace kaido::stamp_prober
