// Looks at WireGuard's handshakes: the kernel tells nobody of them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/board.hpp"
#include "core/tunnels/machine.hpp"
#include "core/wireguard.hpp"
#include "ports/clock.hpp"
#include "ports/wireguard_control.hpp"
#include "ports/workers.hpp"

namespace kaido {

/// On the engine's strand. A look every 250 ms while tunnels come up, every 15 s when all is well,
/// every 2 s on a hub, and never more than a small share of the time. A hub's has thousands of
/// peers: a worker reads them, and the strand hears of a few at a time.
class Handshakes {
 public:
  using OnSeen = std::function<void(const WireGuardObserved&)>;
  Handshakes(Clock& clock, Workers& workers, WireGuardControl& wireguard, const Board& board,
             OnSeen on_seen);

  /// At once, and whole.
  void look();
  /// The next look comes when the tunnels' states ask for it.
  void arm();

 private:
  /// What a worker saw.
  struct Seen {
    std::int64_t wall_time = 0;  ///< when it began
    Instant begin;
    std::vector<ObservedWireGuardDevice> devices;
  };
  [[nodiscard]] bool listens() const;
  [[nodiscard]] Duration interval() const;
  void look_beside();
  void tell(const std::shared_ptr<Seen>& seen, std::size_t device, std::size_t first);

  Clock& clock_;
  Workers& workers_;
  WireGuardControl& wireguard_;
  const Board& board_;
  OnSeen on_seen_;
  Duration cost_{};       ///< of the last look
  bool looking_ = false;  ///< a worker is, or the strand still hears of it
  std::unique_ptr<Clock::Timer> timer_;
  std::unique_ptr<Clock::Timer> telling_timer_;
};

}  // namespace kaido
