#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>

#include "world.hpp"

namespace kaido::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kSamples = 3000;
constexpr long kEvery = 4'000'000;  // ns; the two probes take turns

/// The plainest probe: its own clock before send() and after recv().
class UserClock {
 public:
  explicit UserClock(const World& world) {
    world.site().run(
        [this] { fd_ = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); });
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(kPort);
    std::memcpy(&to.sin6_addr, world.targets()[0].destination.bytes().data(), 16);
    require(connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0, "no user probe");
  }
  ~UserClock() { close(fd_); }
  UserClock(const UserClock&) = delete;
  UserClock& operator=(const UserClock&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  void send() {
    stamp::encode({.sequence = ++sequence_}, 0, packet_);
    sent_ = Clock::now();
    require(::send(fd_, packet_.data(), packet_.size(), 0) > 0, "the user probe cannot send");
  }
  std::optional<Clock::duration> receive() {
    std::array<std::byte, 256> answer{};
    const auto got = recv(fd_, answer.data(), answer.size(), 0);
    const auto now = Clock::now();
    if (got <= 0) return std::nullopt;
    const auto reply = stamp::parse_reply(std::span(answer).first(static_cast<std::size_t>(got)));
    if (!reply || reply->sender_sequence != sequence_) return std::nullopt;
    return now - sent_;
  }

 private:
  int fd_ = -1;
  std::uint32_t sequence_ = 0;
  Clock::time_point sent_;
  std::vector<std::byte> packet_;
};

/// Two loops that do nothing for every core, until it is destroyed.
class BusyLoops {
 public:
  explicit BusyLoops(bool wanted) {
    for (unsigned i = 0; wanted && i < 2 * std::thread::hardware_concurrency(); ++i)
      threads_.emplace_back([this] {
        while (!stop_.load(std::memory_order_relaxed)) {
        }
      });
  }
  ~BusyLoops() {
    stop_ = true;
    for (auto& thread : threads_) thread.join();
  }
  BusyLoops(const BusyLoops&) = delete;
  BusyLoops& operator=(const BusyLoops&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

using Times = std::vector<double>;  // us

// What a wire of no length has over its shortest time is error.
double error_p99(Times times) {
  std::ranges::sort(times);
  return times[times.size() * 99 / 100] - times.front();
}

double microseconds(Clock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

struct Samples {
  Times kernel;
  Times user;
};

Samples sample(World& world) {
  Samples samples;
  UserClock user(world);
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  const itimerspec every{.it_interval = {0, kEvery}, .it_value = {0, kEvery}};
  timerfd_settime(timer, 0, &every, nullptr);
  std::vector<ProbeReply> replies;
  bool turn = false;
  const auto limit = Clock::now() + std::chrono::seconds(60);
  while (samples.kernel.size() < kSamples && Clock::now() < limit) {
    std::array<pollfd, 3> watched{
        {{timer, POLLIN, 0}, {world.prober().fd(), POLLIN, 0}, {user.fd(), POLLIN, 0}}};
    poll(watched.data(), watched.size(), -1);
    if (watched[2].revents != 0)
      if (const auto time = user.receive()) samples.user.push_back(microseconds(*time));
    replies.clear();
    if (watched[1].revents != 0) world.prober().receive(replies);
    for (const auto& reply : replies) samples.kernel.push_back(microseconds(reply.round_trip));
    std::uint64_t ticks = 0;
    if (watched[0].revents == 0 || read(timer, &ticks, sizeof(ticks)) < 0) continue;
    turn = !turn;
    if (turn) {
      user.send();
    } else {
      const OutgoingProbe probe{.path = 0, .sequence = world.next_sequence()};
      world.prober().send({&probe, 1});
    }
  }
  close(timer);
  return samples;
}

}  // namespace

bool error(World& world, bool busy) {
  Samples samples;
  {
    const BusyLoops loops(busy);
    samples = sample(world);
  }
  require(samples.kernel.size() > 100 && samples.user.size() > 100, "too few answers");
  const double kernel = error_p99(samples.kernel);
  const double user = error_p99(samples.user);
  return report(busy ? "probing_error_p99_busy" : "probing_error_p99", kernel / user, 0.1,
                fmt::format("\"kaido_us\":{:.1f},\"user_clock_us\":{:.1f},\"samples\":{}", kernel,
                            user, samples.kernel.size()));
}

}  // namespace kaido::bench
