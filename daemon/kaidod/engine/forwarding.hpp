// Watches whether another firewall drops what Kaido forwards (core/forwarding.hpp).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/forwarding.hpp"
#include "core/tunnels/tunnel.hpp"
#include "engine/conditions.hpp"
#include "ports/clock.hpp"
#include "ports/firewall.hpp"

namespace kaido {

/// On the engine's strand. Owns the condition of the subject "forwarding". Timer: a look every 5 s
/// while somebody else has a chain on the forward hook, and none otherwise: then look() comes with
/// the engine's level (iptables-legacy has no chains that nft knows).
class Forwarding {
 public:
  Forwarding(Clock& clock, Firewall& firewall, Conditions& conditions);

  /// The tables of others may have changed.
  void tables_changed();
  /// At most once a second, so that anybody may ask.
  void look();
  /// Nothing is forwarded any more.
  void stop();

 private:
  void arm();

  Firewall& firewall_;
  Conditions& conditions_;
  std::vector<ForeignChain> chains_;
  ForwardingState state_;
  std::optional<Instant> looked_;
  Clock& clock_;
  std::unique_ptr<Clock::Timer> timer_;
};

}  // namespace kaido
