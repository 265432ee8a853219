// An engine among fakes, and the loop that it runs on.
#pragma once

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "adapters/claim_seals/claim_seals.hpp"
#include "adapters/fake/claim_source.hpp"
#include "adapters/fake/clock.hpp"
#include "adapters/fake/firewall.hpp"
#include "adapters/fake/ike_control.hpp"
#include "adapters/fake/network_stack.hpp"
#include "adapters/fake/path_prober.hpp"
#include "adapters/fake/wireguard.hpp"
#include "adapters/fake/workers.hpp"
#include "core/addressing.hpp"
#include "doubles.hpp"
#include "engine/engine.hpp"
#include "unit/core/sample.hpp"

namespace kaido::test {

using namespace std::chrono_literals;

/// An engine, and what clients ask of it.
class AskedEngine : public Engine {
 public:
  using Engine::Engine;
  StatusReport status() { return controls().gateway.status(); }
  std::vector<UplinkReport> uplinks() { return controls().gateway.uplinks(); }
  std::vector<LogEntry> log(std::size_t count) { return controls().gateway.log(count); }
  void teardown(Done<std::vector<std::string>> done) {
    controls().gateway.teardown(std::move(done));
  }
  void set_observer(Observer* observer) { controls().gateway.set_observer(observer); }
  const std::vector<TunnelReport>& tunnels() { return controls().tunnels.tunnels(); }
  void set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) {
    controls().tunnels.set_enabled(name, enabled, std::move(done));
  }
  std::vector<NetworkReport> networks() { return controls().networks.networks(); }
  std::vector<PathReport> paths() { return controls().networks.paths(); }
  void switch_network(const std::string& network, const std::string& path, Done<std::string> done) {
    controls().networks.switch_network(network, path, std::move(done));
  }
  auto diff(const std::optional<std::string>& text) { return controls().configuration.diff(text); }
  void apply(std::optional<std::string> text, Done<std::vector<std::string>, ApplyFailure> done) {
    controls().configuration.apply(std::move(text), std::move(done));
  }
  std::string show() { return controls().configuration.show(); }
};

class World {
 public:
  World() {
    for (const auto* device : {"eth1", "eth2"}) plug_in(device);
  }
  ~World() { stop(); }

  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  fake::Clock clock;
  fake::Workers workers;
  MemoryStore store;
  MemoryConfiguration configuration;
  MemoryLog log;
  RecordingObserver observer;
  claim_seals::OpenSslSeals seals;
  bool charon_is_slow = false;  ///< it answers nothing until charon_answers()
  std::vector<fake::IkeControl::Task> charon_owes;
  fake::IkeControl ike{[this](auto task) {
    if (charon_is_slow) return charon_owes.push_back(std::move(task));
    boost::asio::post(io, std::move(task));
  }};
  fake::NetworkStack stack;
  fake::WireGuard wireguard{stack};
  fake::Firewall firewall;
  fake::PathProber prober{[this] { return clock.now(); }};
  bool probing = false;
  fake::ClaimSource claims{[this](auto task) { boost::asio::post(io, std::move(task)); }};
  bool listening = false;  // to claims
  std::optional<Error> no_prober;
  std::unique_ptr<AskedEngine> engine;

  void make() {
    engine = std::make_unique<AskedEngine>(io, Ports{.clock = clock,
                                                     .workers = workers,
                                                     .ike = ike,
                                                     .stack = stack,
                                                     .wireguard = wireguard,
                                                     .firewall = firewall,
                                                     .store = store,
                                                     .configuration = configuration,
                                                     .log = log,
                                                     .seals = seals,
                                                     .prober = probing ? &prober : nullptr,
                                                     .no_prober = no_prober,
                                                     .claims = listening ? &claims : nullptr});
    engine->set_observer(&observer);
  }
  void start(const Model& model) { start(model, identities_of(model)); }
  void start(Model model, Identities identities) {
    make();
    engine->start({std::move(model), std::move(identities)});
    settle();
  }
  void charon_answers() {
    charon_is_slow = false;
    for (auto& task : std::exchange(charon_owes, {})) boost::asio::post(io, std::move(task));
  }
  /// A kaidod that dies: nothing of it may run afterwards.
  void stop() {
    ike.start([](const IkeEvent&) {});  // the adapters go with their process
    claims.start([](const ClaimEvent&) {});
    workers.drop();
    io.poll();
    engine.reset();
    io.poll();
  }
  void restart(const Model& model) {
    stop();
    start(model);
  }

  /// Until nothing happens for longer than the engine gathers events.
  void settle() {
    for (int i = 0; i < 2000 && turn(clock.now() + 40ms) > 0; ++i) {
    }
  }
  template <typename Condition>
  bool until(Condition holds, std::chrono::milliseconds limit = 5s) {
    const auto end = clock.now() + limit;
    while (!holds()) {
      if (turn(end) > 0) continue;
      clock.go_to(end);
      return holds();
    }
    return true;
  }
  /// For this long, whatever happens; the number of handlers that ran.
  std::size_t run_for(std::chrono::milliseconds time) {
    const auto end = clock.now() + time;
    std::size_t ran = 0;
    while (const auto count = turn(end)) ran += count;
    clock.go_to(end);
    return ran;
  }

  void plug_in(const std::string& device) {
    stack.plug_in(device);
    const bool first = device == "eth1";
    stack.change(AddAddress{{device, ip(first ? "192.168.1.5" : "2001:db8:2::5"),
                             static_cast<std::uint8_t>(first ? 24 : 64)}});
  }
  void handshake(std::uint8_t slot, const WireGuardKey& peer, std::int64_t age = 1) {
    wireguard.set_counters(site_device(Transport::wireguard, slot), peer, clock.wall_time() - age,
                           1000, 2000);
  }
  /// All WireGuard tunnels of sample.hpp's branch.
  void handshakes() {
    handshake(1, key(1));
    handshake(2, key(1));
    handshake(3, key(2));
  }
  /// The branch with all five tunnels up.
  void start_branch() {
    start(branch());
    handshakes();
    EXPECT_TRUE(until([&] { return engine->status().tunnels_up == 5; }));
    settle();
  }

  [[nodiscard]] TunnelReport tunnel(const std::string& name) {
    for (auto& report : engine->tunnels())
      if (report.name == name) return report;
    return {};
  }
  [[nodiscard]] bool has(Condition condition, const std::string& subject) {
    for (const auto& report : engine->status().conditions)
      if (report.error.condition == condition && report.subject == subject) return true;
    return false;
  }
  Result<std::vector<std::string>> try_to_tear_down() {
    std::optional<Result<std::vector<std::string>>> outcome;
    engine->teardown([&](Result<std::vector<std::string>> lines) { outcome = std::move(lines); });
    EXPECT_TRUE(until([&] { return outcome.has_value(); }));
    return std::move(*outcome);
  }
  std::vector<std::string> tear_down() { return try_to_tear_down().value(); }
  [[nodiscard]] std::size_t tunnel_devices() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        stack.state().links, [](const Link& link) { return link.name.starts_with("kd-"); }));
  }
  std::expected<std::vector<std::string>, ApplyFailure> apply(std::optional<std::string> text) {
    std::optional<std::expected<std::vector<std::string>, ApplyFailure>> result;
    engine->apply(std::move(text), [&](auto answer) { result = std::move(answer); });
    EXPECT_TRUE(until([&] { return result.has_value(); }));
    return std::move(*result);
  }

 private:
  /// What is ready, or else the next timer until `end`; how much ran. 0: nothing happens until
  /// then.
  std::size_t turn(Instant end) {
    // A fake's descriptor that stays readable until its time comes does not hold time still.
    constexpr std::size_t kAtOnce = 1000;
    if (at_once_ < kAtOnce && (io.poll_one() > 0 || workers.poll() > 0)) {
      ++at_once_;
      return 1;
    }
    at_once_ = 0;
    const auto next = clock.next();
    if (!next || *next > end) return 0;
    clock.go_to(*next);
    return 1;
  }

  std::size_t at_once_ = 0;
};

}  // namespace kaido::test
