// A site's paths: runs core/failover on real probes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/failover/failover.hpp"
#include "core/report.hpp"
#include "engine/claim_keys.hpp"
#include "engine/conditions.hpp"
#include "engine/log.hpp"
#include "engine/ports.hpp"
#include "engine/route_runner.hpp"
#include "engine/traffic.hpp"
#include "ports/clock.hpp"
#include "ports/path_prober.hpp"

namespace kaido {

/// What the claims on a path are sealed with, where both ends have a WireGuard key for its slot.
struct Sealing {
  ClaimSlot slot;
  std::optional<WireGuardPrivateKey> own;
  WireGuardKey peer{};
};

/// On the engine's strand. Owns Board::routes of a site, the state of core/failover and its timer:
/// what waits in the sockets is handed in before each tick, so that a machine that was slow does
/// not take its own sleep for silence. While all is well it is read then only (the kernel has
/// stamped it): an answer by itself wakes nobody.
class Paths final : public RouteRunner {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// Board::routes has it; it is to be written at once. `moved`: from one tunnel to another.
    virtual void network_chosen(const std::string& network, bool moved) = 0;
    /// The tunnel is up and carries nothing.
    virtual void tunnel_is_dead(std::size_t tunnel, std::uint32_t attempt) = 0;
    /// Of Board::routes.
    virtual void sizes_changed() = 0;
    virtual void path_changed(const PathReport& path) = 0;
  };

  /// Without a prober the tunnels' word counts. `epoch`: of this life's claims.
  Paths(boost::asio::io_context& io, const Ports& ports, const Board& board, Routes& own,
        std::uint64_t epoch, Log& log, Conditions& conditions, Listener& listener);

  void adopt(const KernelState& observed) override;
  void begin() override;
  void begin_listening() override {}
  void configured(const std::vector<std::string>& names) override;
  void uplinks_changed() override;
  void follow(const std::vector<TunnelChanged>& changes) override;
  /// Ends all probing.
  void stop() override;
  bool leave(const std::set<std::string>& tunnels) override;
  bool leave_for(const Model& wanted) override;
  Result<std::string> switch_network(const std::string& network, const std::string& path) override;
  [[nodiscard]] std::string why(const std::string&) const override { return {}; }
  void explain(NetworkReport& network) const override;
  [[nodiscard]] std::vector<PathReport> paths() const override;

 private:
  void plan(const std::map<std::string, std::size_t>& adopted);
  void feed(const FailoverEvent& event);
  void run();
  void choose(const std::string& network, std::optional<std::size_t> tunnel);
  void note_sizes();
  /// What passes by each tunnel.
  [[nodiscard]] std::vector<PassingSize> sizes() const;
  [[nodiscard]] PathReport report(std::size_t path) const;
  void send(const SendProbe& probe);
  [[nodiscard]] std::optional<stamp::Hmac> seal(const OutgoingProbe& probe);
  void listen();
  void drain();
  void arm();
  void look_at_traffic();
  void judge_conditions();
  [[nodiscard]] std::optional<Error> trouble(std::size_t path) const;

  PathProber* prober_;
  const Board& board_;
  Routes& own_;
  Log& log_;
  Conditions& conditions_;
  Listener& listener_;
  bool running_life_ = false;                   ///< between begin() and stop()
  std::map<std::string, std::size_t> adopted_;  ///< tunnels by networks, as the kernel had them
  FailoverState state_;
  FailoverActions actions_;
  std::vector<FailoverAction> running_;
  std::vector<OutgoingProbe> outgoing_;
  std::vector<ProbeReply> replies_;
  std::vector<ProbeTarget> targets_;
  std::vector<Sealing> sealings_;  ///< by path
  ClaimKeys keys_;
  Traffic traffic_;
  std::vector<bool> failed_;  ///< the tunnels that were tried in vain
  bool feeding_ = false;
  bool all_silent_judged_ = false;
  boost::asio::io_context& io_;
  std::optional<Instant> armed_;  ///< what timer_ waits for
  Clock& clock_;
  std::unique_ptr<Clock::Timer> timer_;
  Instant looked_at_traffic_;
  std::optional<boost::asio::posix::stream_descriptor> replies_waiting_;
  bool listening_ = false;
};

}  // namespace kaido
