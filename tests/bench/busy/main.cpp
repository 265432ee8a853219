// bench-busy SECONDS DEVICE…: core/failover with its real prober and the real nexthop object, as
// kaidod runs them, without tunnels: path i leaves by DEVICE i, from fd4b:6169:646f:7::1:i to
// fd4b:6169:646f:65::1:i. Network "all" is nexthop object 77, IPv4. Prints at the end, as JSON, how
// often it moved and how often every path looked dead. `busy` makes the world around it.
#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/netlink/rt_netlink.hpp"
#include "adapters/stamp/prober.hpp"
#include "bench/figures.hpp"
#include "core/failover/failover.hpp"
#include "core/failover/own_claim.hpp"
#include "core/overloaded.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using bench::require;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kNexthop = 77;

IpAddress address(const std::string& text) {
  if (const auto parsed = IpAddress::parse(text)) return *parsed;
  require(false, text);
  std::abort();
}

class Driver {
 public:
  explicit Driver(std::vector<std::string> devices) : devices_(std::move(devices)) {
    auto opened = stamp_prober::Prober::open();
    require(opened.has_value(), opened ? "" : opened.error().to_string());
    prober_ = std::move(*opened);
    NetworkSpec network{.name = "all", .hubs = {0}, .paths = {}, .sla = {}};
    FailoverPlan plan;
    std::vector<ProbeTarget> targets;
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      plan.paths.push_back(
          {.name = devices_[i], .slot = static_cast<std::uint8_t>(i + 1), .hub_number = 0x65});
      network.paths.push_back(i);
      targets.push_back({.device = devices_[i],
                         .source = address(fmt::format("fd4b:6169:646f:7::1:{:x}", i + 1)),
                         .destination = address(fmt::format("fd4b:6169:646f:65::1:{:x}", i + 1))});
    }
    plan.networks.push_back(std::move(network));
    require(prober_->set_targets(std::move(targets)).has_value(), "the targets are refused");
    feed(PlanChanged{std::move(plan), {}});
    for (std::size_t i = 0; i < devices_.size(); ++i) feed(PathUsable{i, true});
  }

  void run(Clock::time_point end) {
    while (Clock::now() < end) {
      const auto due = next_deadline(state_).value_or(end);
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
      pollfd replies{.fd = prober_->fd(), .events = POLLIN, .revents = 0};
      ::poll(&replies, 1, static_cast<int>(std::max(left, 0ms).count()));
      drain();
      if (Clock::now() >= due) feed(ProbeTick{});
    }
  }

  void report() const {
    const auto path = state_.networks[0].path;
    fmt::print("{{\"switches\":{},\"all_silent\":{},\"uses\":\"{}\"}}\n",
               state_.networks[0].switches, all_silent_, path ? devices_[*path] : "");
  }

 private:
  void drain() {
    replies_.clear();
    prober_->receive(replies_);
    for (const auto& reply : replies_) feed(reply);
  }

  void feed(const FailoverEvent& event) {
    const bool silent = state_.all_silent;
    step(state_, event, Clock::now(), actions_);
    if (state_.all_silent && !silent) ++all_silent_;
    while (!actions_.empty()) {
      const auto actions = std::exchange(actions_, {});
      for (const auto& action : actions) std::visit([this](const auto& a) { act(a); }, action);
    }
    if (!outgoing_.empty()) prober_->send(outgoing_);
    outgoing_.clear();
  }

  void act(const SendProbe& probe) {
    OutgoingProbe out{
        .path = probe.path, .sequence = probe.sequence, .size = probe.size, .echo = probe.echo};
    if (!probe.echo) out.claim = claim_for(state_, probe.path);
    if (probe.ask_all) out.room = static_cast<std::uint8_t>(devices_.size());
    outgoing_.push_back(out);
  }
  void act(const PathChosen& chosen) {
    const auto path = chosen.choice.to;
    if (!path) return;  // kaidod leaves the last route, too
    const std::vector<KernelChange> change{
        ReplaceNexthop{{.id = kNexthop, .family = Family::v4, .device = devices_[*path]}}};
    const auto failures = stack_.apply(change);
    require(failures.empty(), "the nexthop is refused");
    fmt::print(stderr, "{}: {}\n", to_string(chosen.choice.rule), devices_[*path]);
  }
  void act(const ReadCounters& read) {
    step(state_, CountersRead{read.path, prober_->packets(read.path).received}, Clock::now(),
         actions_);
  }
  void act(const auto& /*told*/) {}

  std::vector<std::string> devices_;
  std::unique_ptr<stamp_prober::Prober> prober_;
  netlink::RtNetlink stack_;
  FailoverState state_;
  FailoverActions actions_;
  std::vector<OutgoingProbe> outgoing_;
  std::vector<ProbeReply> replies_;
  unsigned all_silent_ = 0;
};

}  // namespace
}  // namespace kaido

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  kaido::require(words.size() >= 2, "usage: bench-busy SECONDS DEVICE…");
  kaido::Driver driver({words.begin() + 1, words.end()});
  driver.run(kaido::Clock::now() + std::chrono::seconds(std::atoi(words[0].c_str())));
  driver.report();
}
