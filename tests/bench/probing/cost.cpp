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

#include "world.hpp"

namespace kaido::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTicksPerSecond = 200;  // the engine's: what is due within 5 ms goes out together
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

/// Runs `tick` at its times for a while; the share of a core that it took.
template <typename Tick>
double share_of(Tick tick) {
  const double before = cpu_seconds();
  const auto start = Clock::now();
  for (auto at = start; at < start + kFor; at += kTick) {
    sleep_until(at);
    tick();
  }
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

 private:
  int fd_ = -1;
  std::size_t each_;
  std::size_t next_ = 0;
  std::vector<stamp_prober::Envelope> to_;
  std::vector<std::byte> packet_;
  std::array<iovec, 64> answers_{};
  std::array<std::array<std::byte, 256>, 64> buffers_{};
};

/// The real thing, as the engine drives it.
class Real {
 public:
  Real(World& world, std::size_t each) : world_(world), each_(each) { drain(); }

  void tick() {
    answered_ += drain();
    probes_.clear();
    for (std::size_t i = 0; i < each_; ++i, next_ = (next_ + 1) % world_.targets().size())
      probes_.push_back({.path = next_, .sequence = world_.next_sequence(), .claim = kClaim});
    world_.prober().send(probes_);
    sent_ += probes_.size();
  }
  [[nodiscard]] std::size_t sent() const { return sent_; }
  std::size_t lost() {
    sleep_until(Clock::now() + std::chrono::milliseconds(200));  // the last ones are under way
    answered_ += drain();
    return sent_ - answered_;
  }

 private:
  static constexpr stamp::Claim kClaim{
      .epoch = 1, .generation = 1, .hub = 101, .transport = 1, .slot = 1};
  std::size_t drain() {
    replies_.clear();
    world_.prober().receive(replies_);
    return replies_.size();
  }

  World& world_;
  std::size_t each_;
  std::size_t next_ = 0;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  std::vector<OutgoingProbe> probes_;
  std::vector<ProbeReply> replies_;
};

}  // namespace

bool cost(World& world) {
  const std::size_t each = world.targets().size() * kPerSecond / kTicksPerSecond;
  Bare bare(world, each);
  Real real(world, each);
  // By turns, and the median of each: whatever else the machine does concerns both.
  std::array<double, 5> bare_shares{};
  std::array<double, 5> shares{};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    bare_shares[i] = share_of([&] { bare.tick(); });
    shares[i] = share_of([&] { real.tick(); });
  }
  std::ranges::sort(bare_shares);
  std::ranges::sort(shares);
  const double yardstick = bare_shares[2];
  const double share = shares[2];
  const auto lost = real.lost();
  require(lost * 100 <= real.sent(), fmt::format("{} of {} were lost", lost, real.sent()));
  return report("probing_100_paths_20_hz", share, 0.01,
                fmt::format("\"of\":\"a core\",\"bare_sendmmsg_recvmmsg\":{:.4f},"
                            "\"to_bare\":{:.2f},\"least\":{:.4f},\"lost\":{}",
                            yardstick, share / yardstick, shares[0], lost));
}

}  // namespace kaido::bench
