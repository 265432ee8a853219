// Looks at WireGuard's handshakes: the kernel tells nobody of them.
#pragma once

#include <functional>
#include <memory>

#include "core/board.hpp"
#include "core/wireguard.hpp"
#include "ports/clock.hpp"
#include "ports/wireguard_control.hpp"

namespace kaido {

/// On the engine's strand. A look every 250 ms while tunnels come up, every 15 s when all is well,
/// every 2 s on a hub, and never more than a small share of the strand.
class Handshakes {
 public:
  using OnSeen = std::function<void(const ObservedWireGuardDevice&)>;
  Handshakes(Clock& clock, WireGuardControl& wireguard, const Board& board, OnSeen on_seen);

  void look();
  /// The next look comes when the tunnels' states ask for it.
  void arm();

 private:
  [[nodiscard]] Duration interval() const;

  Clock& clock_;
  WireGuardControl& wireguard_;
  const Board& board_;
  OnSeen on_seen_;
  Duration cost_{};  ///< of the last look
  std::unique_ptr<Clock::Timer> timer_;
};

}  // namespace kaido
