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

#include "core/failover/failover.hpp"
#include "core/report.hpp"
#include "core/tunnels/machine.hpp"
#include "engine/claim_keys.hpp"
#include "engine/conditions.hpp"
#include "engine/log.hpp"
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

/// On the engine's strand. Owns the state of core/failover and its timer: what waits in the sockets
/// is handed in before each tick, so that a machine that was slow does not take its own sleep for
/// silence. While all is well it is read then only (the kernel has stamped it): an answer by itself
/// wakes nobody.
class Paths {
 public:
  /// Without a prober the tunnels' word counts.
  Paths(boost::asio::io_context& io, Clock& clock, PathProber* prober, const ClaimSeals& seals,
        Log& log, Conditions& conditions);

  /// The engine's part: put GatewayState::routing into force, at once.
  std::function<void(const std::string& network, std::optional<std::size_t> tunnel)> on_use;
  std::function<void(std::size_t tunnel, std::uint32_t attempt)> on_repair;
  std::function<void()> on_sizes;
  std::function<void(std::size_t tunnel)> on_changed;

  /// The configuration, or what is seen of the uplinks, may have changed. Comes before follow().
  void plan(const GatewayState& state, const std::map<std::string, std::size_t>& adopted = {});
  /// Before these tunnels go: what uses them moves to others. True: something did, and the other
  /// end is to hear of it while both still work.
  bool leave(const std::set<std::string>& tunnels);
  /// The same, of those that a configuration does not have.
  bool leave_for(const Model& wanted);
  /// Whether tunnels are up may have changed.
  void follow(const GatewayState& state);
  /// Ends all probing.
  void stop();
  void set_epoch(std::uint64_t epoch) { state_.epoch = epoch; }

  /// not_found, or the condition of a path that is not usable.
  Result<std::string> switch_network(const std::string& network, const std::string& path);

  [[nodiscard]] std::vector<PathReport> report(const GatewayState& state) const;
  [[nodiscard]] PathReport report(const GatewayState& state, std::size_t path) const;
  void explain(NetworkReport& network) const;
  /// What passes by each tunnel, for GatewayState::sizes.
  [[nodiscard]] std::vector<PassingSize> sizes() const;

 private:
  void feed(const FailoverEvent& event);
  void run();
  void send(const SendProbe& probe);
  [[nodiscard]] std::optional<stamp::Hmac> seal(const OutgoingProbe& probe);
  void listen();
  void drain();
  void arm();
  void look_at_traffic();
  void judge_conditions();
  [[nodiscard]] std::optional<Error> trouble(std::size_t path) const;

  PathProber* prober_;
  Log& log_;
  Conditions& conditions_;
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
