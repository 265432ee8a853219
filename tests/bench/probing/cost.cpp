#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <array>
#include <chrono>

#include "world.hpp"

namespace kaido::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTicksPerSecond = 200;  // the engine's: what is due within 5 ms goes out together
constexpr int kPerSecond = 20;        // on each path
constexpr std::chrono::seconds kFor{10};
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

}  // namespace

bool cost(World& world) {
  const auto paths = world.targets().size();
  const std::size_t each = paths * kPerSecond / kTicksPerSecond;
  stamp::Claim claim{.epoch = 1, .generation = 1, .hub = 101, .transport = 1, .slot = 1};
  std::vector<OutgoingProbe> probes;
  std::vector<ProbeReply> replies;
  std::size_t sent = 0;
  std::size_t answered = 0;
  std::size_t path = 0;
  const double before = cpu_seconds();
  const auto start = Clock::now();
  auto tick = start;
  for (; tick < start + kFor; tick += kTick) {
    sleep_until(tick);
    replies.clear();
    world.prober().receive(replies);
    answered += replies.size();
    probes.clear();
    for (std::size_t i = 0; i < each; ++i, path = (path + 1) % paths)
      probes.push_back({.path = path, .sequence = world.next_sequence(), .claim = claim});
    world.prober().send(probes);
    sent += probes.size();
  }
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  const double share = (cpu_seconds() - before) / elapsed.count();
  sleep_until(Clock::now() + std::chrono::milliseconds(200));  // the last ones are under way
  replies.clear();
  world.prober().receive(replies);
  answered += replies.size();
  require(answered * 100 >= sent * 99, fmt::format("{} of {} were answered", answered, sent));
  return report("probing_100_paths_20_hz", share, 0.01,
                fmt::format("\"of\":\"a core\",\"probes_per_second\":{:.0f},\"lost\":{},"
                            "\"us_per_probe\":{:.2f}",
                            static_cast<double>(sent) / elapsed.count(), sent - answered,
                            share * elapsed.count() * 1e6 / static_cast<double>(sent)));
}

}  // namespace kaido::bench
