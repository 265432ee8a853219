// The one strand of kaidod: takes events in order, runs core, hands its actions to the ports.
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

#include "core/tunnels/machine.hpp"
#include "engine/conditions.hpp"
#include "engine/control/controls.hpp"
#include "engine/forwarding.hpp"
#include "engine/log.hpp"
#include "engine/log_limit.hpp"
#include "engine/paths.hpp"
#include "engine/reconciler.hpp"
#include "engine/reports.hpp"
#include "engine/returns.hpp"
#include "ports/claim_seals.hpp"
#include "ports/clock.hpp"
#include "ports/configuration.hpp"
#include "ports/firewall.hpp"
#include "ports/ike_control.hpp"
#include "ports/log_sink.hpp"
#include "ports/network_stack.hpp"
#include "ports/store.hpp"
#include "ports/wireguard_control.hpp"

namespace kaido {

struct Ports {
  Clock& clock;
  IkeControl& ike;
  NetworkStack& stack;
  WireGuardControl& wireguard;
  Firewall& firewall;
  Store& store;
  Configuration& configuration;
  LogSink& log;
  const ClaimSeals& seals;
  PathProber* prober = nullptr;                   ///< none: the tunnels' word counts
  std::optional<Error> no_prober = std::nullopt;  ///< a site: why there is none
  ClaimSource* claims = nullptr;  ///< hubs; none: the first tunnel that is up is used
};

/// Runs on the thread of `io`; not thread-safe. Owns the state. Timers: the next deadline of core;
/// a look at WireGuard's handshakes (250 ms while tunnels come up, 15 s when all is well); a look
/// at everything every 30 s, and 1 s and 3 s after charon came, since events are edges and reality
/// is level. Destroying it changes nothing in the kernel or in charon: that is what teardown() is
/// for.
class Engine final : public GatewayControl,
                     public TunnelControl,
                     public NetworkControl,
                     public ConfigurationControl {
 public:
  Engine(boost::asio::io_context& io, Ports ports);

  /// Begins; what runs already is adopted.
  void start(Model model);
  /// Says farewell in the log; tunnels, routes and firewall stay.
  void stop();
  /// A bus came or went (for the conditions).
  void bus_changed(bool up, const std::string& why);
  /// Another wish to remove everything, for `kaidod --teardown`: without a configuration.
  void teardown_offline(Done<std::vector<std::string>> done);
  [[nodiscard]] Controls controls() { return {*this, *this, *this, *this}; }

  StatusReport status() override;
  const std::vector<TunnelReport>& tunnels() override;
  std::vector<UplinkReport> uplinks() override;
  std::vector<NetworkReport> networks() override;
  std::vector<PathReport> paths() override { return paths_.report(state_); }
  std::vector<LogEntry> log(std::size_t count) override { return log_.newest(count); }
  void set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) override;
  void switch_network(const std::string& network, const std::string& path,
                      Done<std::string> done) override;
  std::expected<std::vector<std::string>, Diagnostics> diff(
      const std::optional<std::string>& text) override;
  void apply(std::optional<std::string> text,
             Done<std::vector<std::string>, ApplyFailure> done) override;
  std::string show() override { return ports_.configuration.show(state_.model); }
  void teardown(Done<std::vector<std::string>> done) override;
  void set_observer(Observer* observer) override { observer_ = observer; }

 private:
  [[nodiscard]] Instant now() const { return ports_.clock.now(); }
  void adopt();
  void finish_adoption();
  void configure(Model model);
  void after_leaving(bool moved, std::move_only_function<void()> then);
  void finish_leaving();
  void feed(const Event& event);
  void run(const Actions& actions);
  void on_ike(const IkeEvent& event);
  void on_ike_listed(const Result<std::vector<IkeSa>>& sas);

  void reconcile_soon();
  void reconcile();
  bool guard();
  void write(const KernelState& observed);
  void sync_ike();
  void on_ike_loaded(const Result<std::vector<std::string>>& loaded);
  void after_ike(std::move_only_function<void()> then);
  void put_into_force(Model wanted, Done<std::vector<std::string>, ApplyFailure> done);
  void look_at_wireguard(bool correct, bool keep_figures = false);
  void look_for_figures();
  [[nodiscard]] std::vector<TunnelReport> make_tunnel_reports();
  [[nodiscard]] std::string public_key_of(const Tunnel& tunnel);
  void refresh_sas();
  void list_soon();
  void list_sas();
  void judge_log();
  void route(const std::string& choice, const Routing& routing);
  void new_epoch();
  void announce(std::size_t tunnel, bool log);
  void announce_many(std::size_t count);
  void announce_networks();
  void log_move(Message message, const std::string& name, std::string text);
  void judge_conditions();
  void judge_tunnels();

  void watch(boost::asio::posix::stream_descriptor& descriptor, std::function<void()> on_ready);
  void arm_deadline();
  void arm_look();
  void arm_level(Duration after);
  void retry_later();
  [[nodiscard]] Duration look_interval() const;

  boost::asio::io_context& io_;
  Ports ports_;
  Log log_;
  Conditions conditions_;
  Reconciler reconciler_;
  Forwarding forwarding_;
  GatewayState state_;
  Figures figures_;
  std::vector<TunnelReport> tunnel_reports_;
  Instant tunnel_reports_until_;  ///< they are given again until then, or until a tunnel changes
  /// Of the hub (0) or of the slot with this number: what was derived, and of what.
  std::map<std::uint8_t, std::pair<WireGuardPrivateKey, std::string>> public_keys_;
  LogLimit limit_;
  Paths paths_;
  Returns returns_;
  std::map<std::string, std::size_t>
      adopted_;  ///< tunnels by the networks that the kernel had them for
  Observer* observer_ = nullptr;

  IkeDesired loaded_ike_;      ///< what charon was last given
  std::size_t ike_loads_ = 0;  ///< under way
  std::vector<std::move_only_function<void()>> after_ike_;
  std::move_only_function<void()>
      leaving_;  ///< waits until the hubs have followed traffic elsewhere
  std::map<std::string, std::string> network_tunnels_;
  std::set<std::string> pokes_;  ///< WireGuard devices that should try a handshake now
  std::map<std::string, std::vector<WireGuardKey>> renewals_;  ///< by device
  std::string ike_refusal_;                                    ///< the last one that was logged
  bool adopting_ = false;  ///< nothing is written yet: it is not known which tunnels are up
  bool torn_down_ = false;
  bool log_wanted_ = true;  ///< charon's log
  bool listing_ = false;
  bool list_again_ = false;
  bool wireguard_dirty_ = true;
  bool firewall_dirty_ = true;
  bool ike_dirty_ = true;  ///< charon may hold something else than loaded_ike_
  bool reconcile_pending_ = false;
  std::uint32_t retries_ = 0;
  Instant started_;
  Instant charon_came_;
  std::optional<Instant> deadline_;  ///< what deadline_timer_ waits for
  Duration look_cost_{};
  Instant reconcile_paid_;  ///< until then its share of the strand is used up
  std::optional<boost::asio::posix::stream_descriptor> stack_events_;
  std::optional<boost::asio::posix::stream_descriptor> firewall_events_;
  std::unique_ptr<Clock::Timer> reconcile_timer_;
  std::unique_ptr<Clock::Timer> retry_timer_;
  std::unique_ptr<Clock::Timer> deadline_timer_;
  std::unique_ptr<Clock::Timer> look_timer_;
  std::unique_ptr<Clock::Timer> level_timer_;
  std::unique_ptr<Clock::Timer> leaving_timer_;
  std::unique_ptr<Clock::Timer> list_timer_;
  std::unique_ptr<Clock::Timer> figures_timer_;
};

}  // namespace kaido
