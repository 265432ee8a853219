// The tunnels of a gateway: runs core/tunnels on charon and WireGuard.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/tunnels/machine.hpp"
#include "engine/charon_watch.hpp"
#include "engine/conditions.hpp"
#include "engine/handshakes.hpp"
#include "engine/log.hpp"
#include "engine/ports.hpp"
#include "engine/reports.hpp"
#include "ports/clock.hpp"
#include "ports/ike_control.hpp"
#include "ports/wireguard_control.hpp"

namespace kaido {

/// On the engine's strand. Owns Board::tunnels and the conditions "tunnel …"; gives charon the
/// orders that the machine asks for. Timers: the machine's next deadline, and those of its two
/// watches.
class Tunnels {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// They have other indices. Before anything else is told of this configuration.
    virtual void tunnels_renumbered(const std::vector<std::string>& names_before) = 0;
    /// After each event that changed a state or a reason; empty: it may have.
    virtual void tunnels_changed(const std::vector<TunnelChanged>& changes) = 0;
    /// What they need of kernel, WireGuard, charon or firewall is something else.
    virtual void tunnel_needs_changed() = 0;
    /// An association is about to be asked for: charon must hold its connection.
    virtual void connections_needed() = 0;
    virtual void handshake_needed(const std::string& device) = 0;
    virtual void peer_to_renew(const std::string& device, const WireGuardKey& peer) = 0;
    virtual void charon_came() = 0;
    virtual void charon_touched() = 0;
    /// An event of its, or its list, was taken in.
    virtual void charon_heard() = 0;
    /// It has said what it has, or is not there.
    virtual void charon_known() = 0;
  };

  Tunnels(const Ports& ports, const Board& board, TunnelStates& own, Log& log,
          Conditions& conditions, Listener& listener);

  void feed(const Event& event);
  /// Connects to charon.
  void start();
  /// Reads what WireGuard has of every device, and feeds it.
  void look() { handshakes_.look(); }
  /// For people who ask: once a second at most, with the counters.
  void look_for_figures();
  /// The level below charon's events.
  void refresh() { charon_.refresh(); }
  /// What is in the way is a trouble from now on.
  void begin_judging() { judging_ = true; }
  void stop_judging() { judging_ = false; }
  void judge();

  [[nodiscard]] const Figures& figures() const { return figures_; }

 private:
  void carry_out(const Actions& actions);
  void initiate(const std::string& connection);
  void keep_figures(const ObservedWireGuardDevice& device);
  void on_ike(const IkeEvent& event);
  void on_listed(const std::vector<IkeSa>& sas);
  void arm();

  Clock& clock_;
  IkeControl& ike_;
  const Board& board_;
  TunnelStates& own_;
  Log& log_;
  Conditions& conditions_;
  Listener& listener_;
  Figures figures_;
  CharonWatch charon_;
  Handshakes handshakes_;
  std::optional<Instant> deadline_;  ///< what deadline_timer_ waits for
  bool judging_ = false;
  bool figures_wanted_ = false;
  std::unique_ptr<Clock::Timer> deadline_timer_;
  std::unique_ptr<Clock::Timer> figures_timer_;
};

}  // namespace kaido
