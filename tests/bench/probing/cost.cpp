#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <vector>

#include "core/failover/failover.hpp"
#include "core/failover/own_claim.hpp"
#include "world.hpp"

namespace kaido::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTicksPerSecond = 200;  // of the yardstick
constexpr int kPerSecond = 20;        // on each path
constexpr std::chrono::seconds kFor{2};
constexpr std::chrono::nanoseconds kTick{1'000'000'000 / kTicksPerSecond};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + (static_cast<double>(time.tv_usec) * 1e-6);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void sleep_until(Clock::time_point at) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch());
  const timespec until{.tv_sec = since.count() / 1'000'000'000,
                       .tv_nsec = since.count() % 1'000'000'000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

/// The share of a core that `run` takes.
template <typename Run>
double share_of(Run run) {
  const double before = cpu_seconds();
  const auto start = Clock::now();
  run();
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  return (cpu_seconds() - before) / elapsed.count();
}

/// The yardstick: the same packets on the same wires by bare sendmmsg and recvmmsg, nothing looked
/// at, no claim, no time.
class Bare {
 public:
  Bare(const World& world, std::size_t each) : each_(each) {
    world.site().run(
        [this] { fd_ = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); });
    require(fd_ >= 0, "no bare socket");
    stamp::encode({.sequence = 1, .claim = stamp::Claim{}}, 0, packet_);
    // Source and interface are given, or the kernel looks for a source among all it has.
    world.site().run([&] {
      for (const auto& target : world.targets())
        to_.emplace_back().address(target.source, target.destination, kPort,
                                   if_nametoindex(target.device.c_str()));
    });
  }
  ~Bare() { close(fd_); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  void run(std::chrono::nanoseconds time) {
    const auto start = Clock::now();
    for (auto at = start; at < start + time; at += kTick) {
      sleep_until(at);
      tick();
    }
  }

 private:
  void tick() {
    std::array<mmsghdr, 64> messages{};
    for (std::size_t i = 0; i < messages.size(); ++i) {
      answers_[i] = {.iov_base = buffers_[i].data(), .iov_len = buffers_[i].size()};
      messages[i].msg_hdr = {.msg_iov = &answers_[i], .msg_iovlen = 1};
    }
    recvmmsg(fd_, messages.data(), messages.size(), MSG_DONTWAIT, nullptr);
    for (std::size_t i = 0; i < each_; ++i, next_ = (next_ + 1) % to_.size())
      to_[next_].attach(messages[i].msg_hdr, packet_);
    sendmmsg(fd_, messages.data(), static_cast<unsigned>(each_), 0);
  }

  int fd_ = -1;
  std::size_t each_;
  std::size_t next_ = 0;
  std::vector<stamp_prober::Envelope> to_;
  std::vector<std::byte> packet_;
  std::array<iovec, 64> answers_{};
  std::array<std::array<std::byte, 256>, 64> buffers_{};
};

FailoverPlan plan_of(std::size_t paths) {
  constexpr std::chrono::milliseconds kEach(1000 / kPerSecond);
  FailoverPlan plan;
  plan.rates = {.fast = kEach, .idle = kEach, .slow = kEach};
  plan.networks = {{.name = "corp", .hubs = {0}, .paths = {}}};
  for (std::size_t i = 0; i < paths; ++i) {
    plan.networks[0].paths.push_back(i);
    plan.paths.push_back({.name = fmt::format("path {}", i),
                          .slot = static_cast<std::uint8_t>(i + 1),
                          .hub_number = 101});
  }
  return plan;
}

/// The real thing: core/failover and the prober, as the engine drives them (engine/paths.cpp).
class Real {
 public:
  explicit Real(World& world) : world_(world) {
    drain();
    feed(PlanChanged{plan_of(world.targets().size()), {}});
    for (std::size_t i = 0; i < world.targets().size(); ++i) feed(PathUsable{i, true});
    run(std::chrono::seconds(3));
    require(answers_may_wait(state_), "not every path is good");
  }

  void run(std::chrono::nanoseconds time) {
    const auto end = Clock::now() + time;
    for (auto due = next_deadline(state_); due && *due < end; due = next_deadline(state_)) {
      sleep_until(*due);
      ++wakes_;
      drain();
      feed(ProbeTick{});
    }
    sleep_until(end);
  }
  [[nodiscard]] std::size_t sent() const { return sent_; }
  [[nodiscard]] std::size_t wakes() const { return wakes_; }
  std::size_t lost() {
    sleep_until(Clock::now() + std::chrono::milliseconds(200));  // the last ones are under way
    drain();
    return sent_ - std::min(sent_, answered_);
  }

 private:
  void feed(const FailoverEvent& event) {
    step(state_, event, Clock::now(), actions_);
    probes_.clear();
    for (const auto& action : actions_)
      if (const auto* probe = std::get_if<SendProbe>(&action); probe != nullptr && !probe->echo)
        probes_.push_back({.path = probe->path,
                           .sequence = probe->sequence,
                           .size = probe->size,
                           .claim = claim_for(state_, probe->path)});
    actions_.clear();
    if (probes_.empty()) return;
    world_.prober().send(probes_);
    sent_ += probes_.size();
  }
  void drain() {
    replies_.clear();
    world_.prober().receive(replies_);
    if (state_.paths.empty()) return;
    answered_ += static_cast<std::size_t>(
        std::ranges::count_if(replies_, [](const ProbeReply& reply) { return !reply.echo; }));
    for (const auto& reply : replies_) feed(reply);
  }

  World& world_;
  FailoverState state_;
  FailoverActions actions_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  std::size_t wakes_ = 0;
  std::vector<OutgoingProbe> probes_;
  std::vector<ProbeReply> replies_;
};

}  // namespace

bool cost(World& world) {
  const std::size_t each = world.targets().size() * kPerSecond / kTicksPerSecond;
  Bare bare(world, each);
  Real real(world);
  const auto wakes = real.wakes();
  // By turns, and the median of each: whatever else the machine does concerns both.
  std::array<double, 5> bare_shares{};
  std::array<double, 5> shares{};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    bare_shares[i] = share_of([&] { bare.run(kFor); });
    shares[i] = share_of([&] { real.run(kFor); });
  }
  const auto woken = static_cast<double>(real.wakes() - wakes) /
                     std::chrono::duration<double>(kFor * shares.size()).count();
  std::ranges::sort(bare_shares);
  std::ranges::sort(shares);
  const double yardstick = bare_shares[2];
  const double share = shares[2];
  const auto lost = real.lost();
  require(lost * 100 <= real.sent(), fmt::format("{} of {} were lost", lost, real.sent()));
  return report(
      "probing_100_paths_20_hz", share, 0.01,
      fmt::format("\"of\":\"a core\",\"bare_sendmmsg_recvmmsg\":{:.4f},"
                  "\"to_bare\":{:.2f},\"least\":{:.4f},\"wakes_per_second\":{:.0f},\"lost\":{}",
                  yardstick, share / yardstick, shares[0], woken, lost));
}

}  // namespace kaido::bench
