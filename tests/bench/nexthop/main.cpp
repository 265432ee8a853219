// bench-nexthop [PREFIXES]: 10,000 prefixes moved from one device to another by one replaced
// nexthop object, through the project's own adapter, with the kernel's nexthop_compat_mode on and
// off, and by `ip -batch`. With compat mode on, as the kernel has it by default, every prefix is
// told to who listens; so that is measured without a listener, as `ip -batch` is, and also (no
// limit) with one. kaidod listens, and turns compat mode off: that is the first figure. A line of
// JSON for each; exit status 1 when a limit is missed. Needs root; runs in a network namespace of
// its own.
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "adapters/netlink/rt_netlink.hpp"
#include "bench/figures.hpp"

namespace kaido {
namespace {

using namespace bench;

constexpr std::uint32_t kNexthop = 4711;
constexpr int kRuns = 41;
constexpr int kBatchRuns = 5;

void command(const std::string& text) {
  // The words are ours. NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe)
  require(std::system(text.c_str()) == 0, text);
}

std::string prefix_text(unsigned i) { return fmt::format("100.{}.{}.0/24", 64 + i / 256, i % 256); }
Prefix prefix(unsigned i) {
  if (const auto parsed = Prefix::parse(prefix_text(i))) return *parsed;
  require(false, prefix_text(i));
  std::abort();
}
const char* device(int turn) { return turn % 2 == 0 ? "left" : "right"; }

class World {
 public:
  explicit World(unsigned prefixes) : prefixes_(prefixes) {
    require(::unshare(CLONE_NEWNET) == 0, "needs root");
    command("ip link add left type veth peer name left-end");
    command("ip link add right type veth peer name right-end");
    for (const auto* name : {"left", "left-end", "right", "right-end"})
      command(fmt::format("ip link set {} up", name));
  }

  void listen() {
    listens_ = true;
    require(stack_.notification_fd() >= 0, "no notifications");
  }

  /// kNexthop leads to another device: the call that kaidod makes when a path fails.
  double replace_nexthop(int turn) {
    const std::vector<KernelChange> change{
        ReplaceNexthop{{.id = kNexthop, .family = Family::v4, .device = device(turn)}}};
    const auto taken = milliseconds([&] { apply(change); });
    if (listens_) stack_.drain_notifications();
    return taken;
  }

  void routes_by_nexthop() {
    std::vector<KernelChange> changes;
    changes.reserve(prefixes_);
    for (unsigned i = 0; i < prefixes_; ++i)
      changes.emplace_back(
          ReplaceRoute{{.destination = prefix(i), .metric = 20, .nexthop = kNexthop}});
    apply(changes);
    if (listens_) stack_.drain_notifications();
  }

  void compat_mode(bool on) {
    apply(std::vector<KernelChange>{SetSysctl{{"ipv4/nexthop_compat_mode", on ? "1" : "0"}}});
  }

  /// What a script would do: every prefix by itself, in one process.
  double ip_batch(int turn) {
    const auto file = fmt::format("/tmp/bench-nexthop.{}", ::getpid());
    {
      std::ofstream lines(file);
      for (unsigned i = 0; i < prefixes_; ++i)
        lines << "route replace " << prefix_text(i) << " dev " << device(turn) << " metric 30\n";
    }
    const auto taken = milliseconds([&] { command("ip -batch " + file); });
    ::unlink(file.c_str());
    if (listens_) stack_.drain_notifications();
    return taken;
  }

  void check(int turn) {
    command(fmt::format("ip route get {} | grep -q 'dev {} '", "100.64.1.1", device(turn)));
    command(fmt::format("test $(ip route show | grep -c 'nhid {} ') = {}", kNexthop, prefixes_));
  }

 private:
  void apply(const std::vector<KernelChange>& changes) {
    const auto failures = stack_.apply(changes);
    require(failures.empty(), failures.empty() ? "" : failures.front().error.to_string());
  }

  unsigned prefixes_;
  bool listens_ = false;
  netlink::RtNetlink stack_;
};

struct Times {
  double median;
  double worst;
};
Times replaced(World& world) {
  std::vector<double> times;
  times.reserve(kRuns);
  for (int turn = 1; turn <= kRuns; ++turn) times.push_back(world.replace_nexthop(turn));
  world.check(kRuns);
  return {median(times), *std::ranges::max_element(times)};
}

bool say(const char* bench, double value, double limit, bool at_most, double worst) {
  const bool passed = at_most ? value <= limit : value >= limit;
  fmt::print(
      "{{\"bench\":\"{}\",\"value\":{:.4f},\"limit\":{},\"at_most\":{},\"worst\":{:.4f},\"passed\":"
      "{}}}\n",
      bench, value, limit, at_most, worst, passed);
  return passed;
}

int run(unsigned prefixes) {
  World world(prefixes);
  std::vector<double> batch;
  batch.reserve(kBatchRuns);
  for (int turn = 0; turn < kBatchRuns; ++turn) batch.push_back(world.ip_batch(turn));
  command("ip route flush metric 30 >/dev/null 2>&1 || ip route flush table main");
  world.replace_nexthop(0);
  world.routes_by_nexthop();
  world.compat_mode(true);
  const auto compat = replaced(world);
  world.listen();
  const auto heard = replaced(world);
  world.compat_mode(false);
  const auto kaido = replaced(world);
  const auto bare = median(batch);
  bool passed = say("nexthop_switch_ms", kaido.median, 0.1, true, kaido.worst);
  passed &= say("nexthop_switch_compat_ms", compat.median, 3, true, compat.worst);
  passed &= say("nexthop_times_faster_than_ip_batch", bare / compat.median, 20, false,
                bare / compat.worst);
  fmt::print(
      "{{\"bench\":\"nexthop_switch_compat_listening_ms\",\"value\":{:.4f},\"worst\":{:.4f},"
      "\"ip_batch_ms\":{:.1f},\"passed\":true}}\n",
      heard.median, heard.worst, bare);
  return passed ? 0 : 1;
}

}  // namespace
}  // namespace kaido

int main(int argc, char** argv) {
  return kaido::run(argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 10'000);
}
