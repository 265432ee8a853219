// What charon has: its security associations, and whether its log is worth hearing.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/ike.hpp"
#include "core/tunnels/states.hpp"
#include "ports/clock.hpp"
#include "ports/ike_control.hpp"

namespace kaido {

/// On the engine's strand.
class CharonWatch {
 public:
  using OnListed = std::function<void(const std::vector<IkeSa>&)>;
  CharonWatch(Clock& clock, IkeControl& ike, const TunnelStates& tunnels, OnListed on_listed);

  /// One list at a time; a wish meanwhile is one more list.
  void list();
  /// A thousand tunnels that come up together need no thousand lists.
  void list_soon();
  /// The level below charon's events, and its counters.
  void refresh() {
    if (tunnels_.charon_up) list();
  }
  /// charon's log tells why a tunnel does not come up; once all are up it only wakes us.
  void judge_log();
  /// A new charon sends its log.
  void came() { log_wanted_ = true; }

 private:
  Clock& clock_;
  IkeControl& ike_;
  const TunnelStates& tunnels_;
  OnListed on_listed_;
  bool log_wanted_ = true;
  bool listing_ = false;
  bool list_again_ = false;
  std::unique_ptr<Clock::Timer> timer_;
};

}  // namespace kaido
