// The one strand of kaidod, and who tells whom.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "engine/announcer.hpp"
#include "engine/applier.hpp"
#include "engine/charon_age.hpp"
#include "engine/conditions.hpp"
#include "engine/control/controls.hpp"
#include "engine/farewell.hpp"
#include "engine/forwarding.hpp"
#include "engine/judge.hpp"
#include "engine/life.hpp"
#include "engine/log.hpp"
#include "engine/notebook.hpp"
#include "engine/paths.hpp"
#include "engine/people.hpp"
#include "engine/portal_door.hpp"
#include "engine/ports.hpp"
#include "engine/returns.hpp"
#include "engine/route_runner.hpp"
#include "engine/sessions.hpp"
#include "engine/tunnels.hpp"

namespace kaido {

class Requests;

/// Runs on the thread of `io`; not thread-safe. Owns the board and the runners, which do not know
/// each other: what one tells is handed on here. Destroying it changes nothing in the kernel or in
/// charon: that is what a teardown is for.
class Engine : private Tunnels::Listener,
               private Paths::Listener,
               private Returns::Listener,
               private Applier::Listener,
               private Sessions::Listener {
 public:
  Engine(boost::asio::io_context& io, const Ports& ports);
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Begins; what runs already is adopted.
  void start(LoadedConfiguration loaded);
  /// Says farewell in the log; tunnels, routes and firewall stay.
  void stop();
  /// A bus came or went (for the conditions).
  void bus_changed(bool up, const std::string& why);
  /// Another wish to remove everything, for `kaidod --teardown`: without a configuration.
  void teardown_offline(Done<std::vector<std::string>> done);
  /// What clients may ask.
  [[nodiscard]] Controls controls();

 private:
  friend class Requests;

  std::unique_ptr<RouteRunner> make_route_runner(const Model& model, std::uint64_t epoch);
  void configure(LoadedConfiguration loaded);
  void tear_down(Done<std::vector<std::string>> done);
  void adopt();
  void finish_adoption();
  void announce_waiting();
  void open_door();
  void judge();

  void tunnels_renumbered(const std::vector<std::string>& names) override;
  void tunnels_changed(const std::vector<TunnelChanged>& changes) override;
  void tunnel_needs_changed() override { applier_.tunnel_needs_changed(); }
  void connections_needed() override { applier_.write_connections(true); }
  void handshake_needed(const std::string& device) override { applier_.poke(device); }
  void peer_to_renew(const std::string& device, const WireGuardKey& peer) override {
    applier_.renew(device, peer);
  }
  void charon_came() override {
    applier_.charon_came();
    charon_age_.charon_came();
  }
  void charon_touched() override { applier_.write_connections(true); }
  void charon_heard() override { judge(); }
  void charon_known() override { finish_adoption(); }

  void network_chosen(const std::string& network, bool moved) override;
  void tunnel_is_dead(std::size_t tunnel, std::uint32_t attempt) override {
    tunnels_.feed(TunnelDead{.index = tunnel, .attempt = attempt});
  }
  void sizes_changed() override { applier_.apply_soon(); }
  void path_changed(const PathReport& path) override { announcer_.path(path); }

  void site_chosen(std::uint32_t site) override { applier_.move_site(site); }
  void claims_decide() override { applier_.apply_soon(); }

  void uplinks_observed() override;
  void guarded(const std::optional<Error>& unguarded) override {
    tunnels_.feed(Guarded{unguarded});
  }
  void site_moved(const NetworkRoute& route) override { announcer_.route(route, *routes_); }
  void wireguard_seen(const ObservedWireGuardDevice& device) override;
  void applied() override;

  void admitted(const std::vector<WireGuardPeer>& peers) override { applier_.admit(peers); }
  void withdrawn(const std::vector<WireGuardKey>& peers) override { applier_.withdraw(peers); }
  void connections_changed(const session::IkeAdmissions& come,
                           const session::IkeAdmissions& gone) override {
    applier_.change_connections(come, gone);
  }
  void members_changed() override { applier_.apply_soon(); }
  void sessions_known() override { applier_.tunnel_needs_changed(); }
  void level() override;

  boost::asio::io_context& io_;
  Ports ports_;
  Log log_;
  Conditions conditions_;
  Board board_;
  Life life_ = Life::adopting;
  Notebook notebook_;
  Announcer announcer_;
  Judge judge_;
  Forwarding forwarding_;
  Tunnels tunnels_;
  Applier applier_;
  std::unique_ptr<RouteRunner> routes_;  ///< since start()
  Farewell farewell_;
  People people_;
  Sessions sessions_;
  CharonAge charon_age_;
  std::unique_ptr<PortalDoor> door_;  ///< a hub's, since people were configured
  std::unique_ptr<Clock::Timer> adoption_timer_;
  std::unique_ptr<Requests> requests_;
};

}  // namespace kaido
