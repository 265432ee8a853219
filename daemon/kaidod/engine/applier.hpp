// Makes kernel, WireGuard, firewall and charon what the board asks for.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/desired/network_routes.hpp"
#include "engine/firewall_writer.hpp"
#include "engine/ike_writer.hpp"
#include "engine/inspection.hpp"
#include "engine/kernel_writer.hpp"
#include "engine/life.hpp"
#include "engine/notebook.hpp"
#include "engine/pace.hpp"
#include "engine/ports.hpp"
#include "engine/site_mover.hpp"
#include "engine/troubles.hpp"
#include "engine/wireguard_writer.hpp"

namespace kaido {

/// On the engine's strand. Owns Board::uplinks and surroundings.
///
/// Fast path and level: what is urgent is written at once by one small message; the comparison of
/// all with all proves it. That comes soon (10 ms) after something changed that is not urgent, or
/// after somebody else changed the kernel; every 60 s (on a hub, where a worker finds that
/// something deviates: Inspection); 1 s and 3 s after charon came; and again after a failure, with
/// a back-off. All others can cause it, so it has a share of the strand (Pace).
class Applier {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// Board::uplinks or surroundings are others.
    virtual void uplinks_observed() = 0;
    /// The firewall is there, or why it was never loaded.
    virtual void guarded(const std::optional<Error>& unguarded) = 0;
    virtual void wireguard_seen(const ObservedWireGuardDevice& device) = 0;
    /// A hub: this site's tunnel is another one now, and that is written.
    virtual void site_moved(const NetworkRoute& route) = 0;
    /// A comparison has ended.
    virtual void applied() = 0;
    /// Once a minute, and after charon came.
    virtual void level() = 0;
  };

  Applier(boost::asio::io_context& io, const Ports& ports, const Board& board,
          std::vector<ObservedUplink>& uplinks, Surroundings& surroundings, const Life& life,
          Notebook& notebook, Log& log, Conditions& conditions, Listener& listener);

  /// Hears notifications of kernel and firewall from now on. `tables`: others' tables changed.
  void listen(std::function<void()> tables);

  /// Reads the kernel for the first time, and writes nothing but the firewall; `look` comes
  /// between, and tells which WireGuard tunnels are up. nullopt: it cannot be read.
  std::optional<KernelState> adopt(const std::function<void()>& look);
  /// All is compared and written, now.
  void apply();
  void apply_soon();
  /// What tunnels need is something else, WireGuard's peers too.
  void tunnel_needs_changed();
  /// Nothing is taken as known. After another configuration.
  void doubt_everything();

  /// A site's network goes by the tunnel that was chosen: one message for each family, however many
  /// prefixes.
  void move_network(const std::string& name);
  /// A hub's site does: its nexthops and routes, and nobody else's.
  void move_site(std::uint32_t site) {
    if (life_ != Life::running) return;
    inspection_.site_moved(site);
    mover_.move(site);
  }
  /// A hub: people's devices come in, or no more; and nobody else's.
  void admit(const std::vector<WireGuardPeer>& peers);
  void withdraw(const std::vector<WireGuardKey>& peers);
  /// The same of those who come by IKEv2: the ways to them, and their connections in charon.
  void change_connections(const session::IkeAdmissions& come, const session::IkeAdmissions& gone);
  /// charon gets what differs, now.
  void write_connections(bool recheck);
  void charon_came();
  /// At the next comparison: a handshake is asked for on this device; a peer is made afresh.
  void poke(const std::string& device);
  void renew(const std::string& device, const WireGuardKey& peer);
  /// Once charon has answered what it was given so far.
  void after_connections(std::move_only_function<void()> then) { ike_.after(std::move(then)); }

  /// Removes everything with Kaido's mark and gives back what was there before; one line for each
  /// change that was made, or the first error.
  Result<std::vector<std::string>> remove_everything();
  /// And what charon has of it.
  void remove_connections(IkeControl::Done<std::vector<std::string>> done) {
    ike_.remove(std::move(done));
  }

  /// What the last run left undone: the first error.
  [[nodiscard]] std::optional<Error> trouble() const;

 private:
  void watch(boost::asio::posix::stream_descriptor& descriptor, std::function<void()> on_ready);
  void observe(const KernelState& observed);
  bool guard();
  void write(const KernelState& observed);
  void retry_later();
  void arm_level(Duration after);
  void inspect();
  void compare_all();

  boost::asio::io_context& io_;
  Clock& clock_;
  NetworkStack& stack_;
  Firewall& firewall_port_;
  const Board& board_;
  std::vector<ObservedUplink>& uplinks_;
  Surroundings& surroundings_;
  const Life& life_;
  Notebook& notebook_;
  Listener& listener_;
  Troubles troubles_;
  WireGuardWriter wireguard_;
  KernelWriter kernel_;
  FirewallWriter firewall_;
  IkeWriter ike_;
  SiteMover mover_;
  Inspection inspection_;

  std::set<std::string> pokes_;  ///< WireGuard devices that should try a handshake now
  std::map<std::string, std::vector<WireGuardKey>> renewals_;  ///< by device
  bool wireguard_dirty_ = true;
  bool pending_ = false;
  std::uint32_t retries_ = 0;
  Pace pace_;
  Instant charon_came_;
  std::function<void()> tables_;
  std::optional<boost::asio::posix::stream_descriptor> stack_events_;
  std::optional<boost::asio::posix::stream_descriptor> firewall_events_;
  std::unique_ptr<Clock::Timer> timer_;
  std::unique_ptr<Clock::Timer> retry_timer_;
  std::unique_ptr<Clock::Timer> level_timer_;
};

}  // namespace kaido
