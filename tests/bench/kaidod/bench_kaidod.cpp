// bench-kaidod [SITES]: a hub whose configuration has one changed site among 10,000: the engine's
// whole apply on the real kernel, against reading the same configuration and one dump of WireGuard.
// And what an admin's `kaido down` and `kaido up` of one site cost there, until the peer is gone or
// back (bench-wireguard has `wg syncconf` and the bare write of one peer to compare with).
// Lines of JSON; exit status 1 when the limit is missed. Needs root and the kernel's WireGuard;
// runs in a network namespace of its own.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "adapters/claim_seals/claim_seals.hpp"
#include "adapters/clock/asio_clock.hpp"
#include "adapters/fake/ike_control.hpp"
#include "adapters/netlink/rt_netlink.hpp"
#include "adapters/netlink/wireguard.hpp"
#include "adapters/nftables/nf_tables.hpp"
#include "adapters/workers/thread_pool.hpp"
#include "bench/doubles.hpp"
#include "bench/figures.hpp"
#include "config/keys.hpp"
#include "config/load.hpp"
#include "engine/engine.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using namespace bench;

std::string hub_with(unsigned sites, unsigned changed) {
  std::string text = R"([gateway]
name = "tokyo"
role = "hub"
number = 60001
fleet = "fd4b:6169:646f::/48"
loopback = ["172.16.255.101"]
[identity]
domain = "tokyo.kaido.example"
certificate = "tokyo.crt"
key = "tokyo.key"
authorities = ["ca.crt"]
[wireguard]
private_key = "hub.key"
[[endpoint]]
name = "a"
address = "203.0.113.1"
)";
  for (unsigned i = 1; i <= sites; ++i)
    text += fmt::format(
        "\n[[site]]\nname = \"site-{0}\"\nnumber = {0}\ndomain = \"site-{0}.kaido.example\"\n"
        "prefixes = [\"10.{1}.{2}.0/24\", \"{4}:{0:x}::/64\"]\n"
        "transports = [\"wireguard\"]\n"
        "slots = [{{ number = 1, wireguard_public_key = \"{0:08}{3}=\" }}]\n",
        i, i / 256, i % 256, std::string(35, 'A'), i == changed ? "fd52" : "fd51");
  return text;
}

class Configured final : public Configuration {
 public:
  std::expected<LoadedConfiguration, Diagnostics> load() override { return check(""); }
  std::expected<LoadedConfiguration, Diagnostics> check(const std::string& text) override {
    auto loaded = config::load_text(text, "kaido.toml", {.now = 1, .read_files = false});
    if (loaded) loaded->identities.hub_key = key_;
    return loaded;
  }
  std::expected<LoadedConfiguration, Diagnostics> prepare(
      const std::optional<std::string>& text) override {
    return check(text.value_or(""));
  }
  Result<void> save(const std::string&) override { return {}; }
  [[nodiscard]] std::vector<std::string> diff(const Model& running, const Identities& identities,
                                              const LoadedConfiguration& wanted) const override {
    return config::diff(running, identities, wanted);
  }
  [[nodiscard]] std::string show(const Model& model) const override { return config::show(model); }
  [[nodiscard]] std::string public_key(const WireGuardPrivateKey&) const override { return {}; }

 private:
  WireGuardPrivateKey key_ = *config::make_private_key();
};

/// Counts what is written.
class Counted final : public WireGuardControl {
 public:
  Result<ObservedWireGuardDevice> read(const std::string& device) override {
    return real.read(device);
  }
  Result<void> write(const WireGuardChange& change) override {
    written += change.peers.size();
    return real.write(change);
  }
  netlink::WireGuard real;
  std::size_t written = 0;
};

/// An engine that keeps a hub with so many sites in a network namespace of its own.
class LargeHub {
 public:
  explicit LargeHub(unsigned sites) : sites_(sites) {
    auto first = configuration_.check(hub_with(sites, 0));
    require(first.has_value(), "the configuration is refused");
    engine_.start(std::move(*first));
    settle();
    require(wireguard_.written == sites, "not every peer was written");
  }

  double apply(const std::string& text) {
    wireguard_.written = 0;
    const double took = milliseconds([&] {
      engine_.controls().configuration.apply(
          text, [](const auto& done) { require(done.has_value(), "apply failed"); });
    });
    // The one that changes, and the one that changes back.
    require(wireguard_.written == (changed_ ? 2U : 1U), "more than the changed peers were written");
    changed_ = true;
    settle();
    return took;
  }
  double read_text(const std::string& text) {
    return milliseconds([&] { require(configuration_.check(text).has_value(), "check"); });
  }
  double read_kernel() {
    return milliseconds(
        [&] { require(wireguard_.read("kd-wg1")->peers.size() == sites_, "peers were lost"); });
  }
  /// As the engine does it: what differs is found again, in the whole kernel, before it is written.
  double set_enabled(bool enabled) {
    wireguard_.written = 0;
    const double took = milliseconds([&] {
      engine_.controls().tunnels.set_enabled(
          "site-1", enabled, [](const auto& done) { require(done.has_value(), "no such tunnel"); });
      while (wireguard_.written == 0) io_.run_one();
    });
    require(wireguard_.written == 1, "more than the one peer was written");
    settle();
    return took;
  }

 private:
  void settle() {
    for (int i = 0; i < 100 && io_.run_one_for(500ms) > 0; ++i) {
    }
  }

  unsigned sites_;
  bool changed_ = false;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  Silent log_;
  claim_seals::OpenSslSeals seals_;
  Forgetful store_;
  Configured configuration_;
  netlink::RtNetlink stack_;
  Counted wireguard_;
  nftables::NfTables firewall_;
  fake::IkeControl ike_{[this](auto task) { boost::asio::post(io_, std::move(task)); }};
  AsioClock clock_{io_};
  ThreadPool workers_{io_};
  Engine engine_{io_,
                 {.clock = clock_,
                  .workers = workers_,
                  .ike = ike_,
                  .stack = stack_,
                  .wireguard = wireguard_,
                  .firewall = firewall_,
                  .store = store_,
                  .configuration = configuration_,
                  .log = log_,
                  .seals = seals_}};
};

void switch_one_site(LargeHub& hub, unsigned sites) {
  std::vector<double> down;
  std::vector<double> up;
  for (unsigned i = 0; i < 5; ++i) {
    down.push_back(hub.set_enabled(false));
    up.push_back(hub.set_enabled(true));
  }
  fmt::print(
      "{{\"bench\":\"one_site_by_admin\",\"sites\":{},\"down_ms\":{:.1f},\"up_ms\":{:.1f}}}\n",
      sites, median(down), median(up));
}

int run(unsigned sites) {
  require(unshare(CLONE_NEWNET) == 0, "needs root");
  LargeHub hub(sites);
  std::vector<double> applied;
  std::vector<double> bare;
  std::vector<double> read_text;
  for (unsigned i = 0; i < 7; ++i) {
    const auto text = hub_with(sites, sites / 2 + i);
    applied.push_back(hub.apply(text));
    read_text.push_back(hub.read_text(text));
    bare.push_back(read_text.back() + hub.read_kernel());
  }
  switch_one_site(hub, sites);

  const double ratio = median(applied) / median(bare);
  const bool passed = ratio <= 1.5;
  fmt::print(
      "{{\"bench\":\"one_changed_site\",\"sites\":{},\"ratio\":{:.2f},\"limit\":1.5,\"at_most\":"
      "true,"
      "\"apply_ms\":{:.0f},\"parse_and_dump_ms\":{:.0f},\"parse_ms\":{:.0f},\"passed\":{}}}\n",
      sites, ratio, median(applied), median(bare), median(read_text), passed);
  return passed ? 0 : 1;
}

}  // namespace
}  // namespace kaido

int main(int argc, char** argv) {
  return kaido::run(argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 10'000);
}
