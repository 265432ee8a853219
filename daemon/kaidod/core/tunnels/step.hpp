// One event's handling by the machine of the tunnels: of use to its parts only (machine.cpp,
// step_ike.cpp, step_wireguard.cpp, judge.cpp).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/tunnels/machine.hpp"

namespace kaido::tunnels {

/// One event's handling: the state, the time, and what comes out.
class Step {
 public:
  Step(TunnelStates& tunnels, const Board& board, Instant now)
      : tunnels_(tunnels), board_(board), now_(now) {}

  Actions take() && { return std::move(actions_); }

  void on(const Configured& event);
  void on(const UplinksChanged&);
  void on(const IkeEvent& event) {
    std::visit([this](const auto& e) { on(e); }, event);
  }
  void on(const CharonUp&) {}  // the engine lists the SAs; IkeListed follows
  void on(const CharonTouched&) {}
  void on(const CharonDown& event);
  void on(const IkeListed& event);
  void on(const IkeInitiated& event);
  void on(const IkeSaUp& event);
  void on(const IkeSaDown& event);
  void on(const ChildSaUp& event);
  void on(const ChildSaDown&) {}  // a rekey, or the end of an SA that IkeSaDown reports as well
  void on(const IkeLogLine& event);
  void on(const WireGuardObserved& event);
  void on(const TunnelsEnabled& event);
  void on(const Guarded& event);
  void on(const TornDown&);
  void on(const TunnelDead& event);
  void on(const Tick&);

 private:
  Tunnel* find_ike(const std::string& connection);
  [[nodiscard]] std::optional<Error> obstacle(const Tunnel& tunnel) const;
  [[nodiscard]] bool has_session(const Tunnel& tunnel) const {
    return tunnel.transport == Transport::ikev2 ? !tunnel.sas.empty() : tunnel.handshake_fresh;
  }
  void judge(Tunnel& tunnel);
  void judge_idle(Tunnel& tunnel);
  void wait(Tunnel& tunnel, Error reason);
  void lose_patience(Tunnel& tunnel);
  void judge_all();
  void attempt(Tunnel& tunnel);
  void fail(Tunnel& tunnel, Error why);
  void enter(Tunnel& tunnel, TunnelState next);
  void changed(const Tunnel& tunnel, bool came_or_went = false) {
    actions_.emplace_back(TunnelChanged{tunnels_.index_of(tunnel), came_or_went});
  }
  void terminate(std::vector<std::uint32_t>& sas) {
    for (const auto id : sas) actions_.emplace_back(TerminateIke{id});
    sas.clear();
  }
  void replace_changed_connections();
  /// True: its session has ended, for certain and not only by a clock that was set.
  bool observe_peer(Tunnel& tunnel, const ObservedWireGuardPeer* peer, std::int64_t wall_time,
                    Instant read_at);

  TunnelStates& tunnels_;
  const Board& board_;
  Instant now_;
  Actions actions_;
};

}  // namespace kaido::tunnels
