// The rules of core/failover one by one, by examples; how they play together is in tests/sim.
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "core/failover/context.hpp"
#include "core/failover/cost.hpp"
#include "core/failover/failover.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/hold_down.hpp"
#include "core/failover/limits.hpp"
#include "core/failover/own_claim.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/standbys.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow(10'000s);

/// A state by hand, of paths to one hub.
struct State {
  explicit State(std::size_t paths = 1) {
    for (std::size_t i = 0; i < paths; ++i)
      state.plan.paths.push_back({.name = "path " + std::to_string(i)});
    state.paths.resize(paths);
    state.hubs.resize(1);
  }
  [[nodiscard]] Context context() { return {.state = state, .now = now, .out = actions}; }
  [[nodiscard]] PathState& path() { return state.paths[0]; }

  FailoverState state;
  FailoverActions actions;
  Instant now = kNow;
};

/// In each of the last `seconds` that can be judged so many probes were sent. `lost` of all have no
/// answer: as many in each second, and one more in the oldest ones.
LastMinute minute_of(int per_second, int seconds, int lost) {
  LastMinute minute;
  const auto newest = kNow - LastMinute::kOverdue - 1s;
  for (int second = 0; second < seconds; ++second) {
    const int missing = lost / seconds + (second >= seconds - lost % seconds ? 1 : 0);
    for (int probe = 0; probe < per_second; ++probe) {
      minute.sent(newest - 1s * second);
      if (probe >= missing) minute.answered(newest - 1s * second, 5ms);
    }
  }
  return minute;
}

RoundTrips round_trips_of(Duration delay) {
  RoundTrips trips;
  trips.add(delay);
  return trips;
}

// ---- silence

TEST(SilenceLimit, AnswersAreLateAfterFourDeviations) {
  PathState path;
  EXPECT_EQ(patience(path), 500ms) << "nothing is known";
  path.round_trips.add(10ms);  // and a first deviation of half of that
  EXPECT_EQ(patience(path), 10ms + 4 * 5ms);
}

TEST(SilenceLimit, IsThreeProbesOnALineThatLosesNothing) {
  State one;
  EXPECT_EQ(threshold(one.state, 0, kNow), 150ms);
  one.state.plan.rates.fast = 400ms;
  EXPECT_EQ(threshold(one.state, 0, kNow), 1200ms) << "three, though that is more than a second";
}

TEST(SilenceLimit, GrowsWithTheLossAndEndsAtASecond) {
  State one;
  one.path().minute = minute_of(20, 60, 36);
  EXPECT_EQ(threshold(one.state, 0, kNow), 6 * 50ms) << "3 %";
  one.path().minute = minute_of(20, 60, 120);
  EXPECT_EQ(threshold(one.state, 0, kNow), 8 * 50ms) << "10 %";
  one.path().minute = minute_of(20, 60, 1080);
  EXPECT_EQ(threshold(one.state, 0, kNow), 1s) << "90 %";
  one.state.plan.rates.fast = 10ms;
  EXPECT_EQ(threshold(one.state, 0, kNow), 26 * 10ms) << "which counts as 50 %";
  one.path().trouble = Trouble::reflector_silent;
  EXPECT_EQ(threshold(one.state, 0, kNow), 30ms) << "that was no loss of the path";
}

/// A silence of this length ends now.
void end_silence(State& one, Duration gap) {
  one.path().health = Health::suspect;
  one.path().fast = true;
  one.path().silent_from = one.now - gap;
  remember_gap(one.context(), 0, one.now);
}

TEST(SilenceLimit, RemembersTheSecondLongestSilence) {
  State one;
  end_silence(one, 400ms);
  EXPECT_EQ(threshold(one.state, 0, one.now), 150ms) << "what happened once is no habit";
  end_silence(one, 200ms);
  EXPECT_EQ(threshold(one.state, 0, one.now), 250ms);
  end_silence(one, 1001ms);
  EXPECT_EQ(threshold(one.state, 0, one.now), 250ms) << "that was an outage";
  EXPECT_EQ(threshold(one.state, 0, one.now + 40min), 250ms);
  EXPECT_EQ(threshold(one.state, 0, one.now + 40min + 1s), 150ms) << "forgotten";
  one.now += 20min + 1s;
  end_silence(one, 100ms);
  EXPECT_EQ(threshold(one.state, 0, one.now + 20min), 250ms) << "of the period before";
}

TEST(SilenceLimit, DoesNotRememberWhatTheWitnessExplains) {
  State one;
  one.path().first_witness = one.now - 25ms;
  for (int time = 0; time < 2; ++time) end_silence(one, 400ms);
  EXPECT_EQ(threshold(one.state, 0, one.now), 150ms) << "the kernel answered meanwhile";
  one.path().first_witness = one.now - 24ms;
  for (int time = 0; time < 2; ++time) end_silence(one, 400ms);
  EXPECT_EQ(threshold(one.state, 0, one.now), 500ms) << "both answered when it ended";
}

// ---- limits

TEST(Limits, LossIsOutsideWhenItIsNoBadLuck) {
  struct Example {
    int per_second, seconds, lost;
    bool outside;
    const char* why;
  };
  for (const auto& [per_second, seconds, lost, outside, why] : std::vector<Example>{
           {20, 60, 24, false, "the limit itself, in a minute"},
           {20, 60, 25, true, "more, in a minute"},
           {1, 60, 3, false, "three of few may be bad luck"},
           {1, 60, 4, true, "four of few"},
           {4, 25, 9, false, "nine of a hundred"},
           {4, 25, 10, true, "ten of a hundred"},
           {20, 10, 8, false, "twice the limit, in ten seconds"},
           {20, 10, 9, true, "more, in ten seconds"},
           {10, 10, 7, false, "seven in ten seconds may be bad luck"},
           {10, 10, 8, true, "eight in ten seconds"},
       }) {
    PathState path;
    path.minute = minute_of(per_second, seconds, lost);
    EXPECT_EQ(too_lossy(path, 0.02, kNow), outside) << why;
  }
}

TEST(Limits, WhatWasOutsideHasToBeWellInside) {
  PathState path;
  path.minute = minute_of(20, 60, 19);
  EXPECT_FALSE(too_lossy(path, 0.02, kNow));
  path.trouble = Trouble::lossy;
  EXPECT_TRUE(too_lossy(path, 0.02, kNow));
  path.minute = minute_of(20, 60, 18);
  EXPECT_FALSE(too_lossy(path, 0.02, kNow)) << "three quarters of the limit";

  path.round_trips = round_trips_of(91ms);
  EXPECT_FALSE(too_slow(path, 100ms));
  path.trouble = Trouble::slow;
  EXPECT_TRUE(too_slow(path, 100ms));
  path.round_trips = round_trips_of(90ms);
  EXPECT_FALSE(too_slow(path, 100ms)) << "nine tenths of the limit";
}

// ---- cost

TEST(Cost, IsDelayTransportAndLoss) {
  State one;
  one.path().round_trips = round_trips_of(8ms);
  EXPECT_DOUBLE_EQ(cost(one.state, 0, kNow), 8);
  one.state.plan.paths[0].transport = Transport::wireguard;
  EXPECT_DOUBLE_EQ(cost(one.state, 0, kNow), 23);
  one.state.plan.paths[0].handicap = 30;
  EXPECT_DOUBLE_EQ(cost(one.state, 0, kNow), 38);
  one.path().minute = minute_of(20, 60, 24);
  EXPECT_DOUBLE_EQ(cost(one.state, 0, kNow), 58) << "2 % lost";
}

TEST(Cost, ADifferenceCountsBeyondTheMargin) {
  const auto sooner = [](Duration best, Duration current) {
    State two(2);
    two.state.paths[0].round_trips = round_trips_of(best);
    two.state.paths[1].round_trips = round_trips_of(current);
    return faster(two.state, 0, 1, kNow);
  };
  EXPECT_FALSE(sooner(20ms, 30ms));
  EXPECT_TRUE(sooner(20ms, 31ms));
  EXPECT_FALSE(sooner(100ms, 120ms));
  EXPECT_TRUE(sooner(100ms, 121ms));
}

// ---- hold-down

/// Holds after the first, second … trouble, a minute apart.
std::vector<std::chrono::seconds> holds_of(Duration base) {
  State one;
  std::vector<std::chrono::seconds> holds;
  for (int trouble = 0; trouble < 9; ++trouble) {
    count_flap(one.context(), 0, base);
    count_flap(one.context(), 0, base);  // noticed twice, counted once
    holds.push_back(std::chrono::duration_cast<std::chrono::seconds>(one.path().hold));
    one.now += 1min;
    one.path().good_since = one.now;
  }
  return holds;
}

TEST(HoldDown, DoublesWithEachTroubleUpToAnHour) {
  using Holds = std::vector<std::chrono::seconds>;
  EXPECT_EQ(holds_of(kHardHold), (Holds{30s, 60s, 120s, 240s, 480s, 960s, 1920s, 3600s, 3600s}));
  EXPECT_EQ(holds_of(kSoftHold),
            (Holds{300s, 600s, 1200s, 2400s, 3600s, 3600s, 3600s, 3600s, 3600s}));
  EXPECT_EQ(holds_of(1s), (Holds{1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 128s}));
}

TEST(HoldDown, HalvesTheCountOfTroublesForEachQuietHour) {
  State one;
  one.path().flaps = 8;
  one.path().flap_at = one.now - 2h;
  one.path().good_since = one.now - 1h;
  count_flap(one.context(), 0, kHardHold);
  EXPECT_EQ(one.path().flaps, 3U) << "a quarter, and this one";
}

TEST(HoldDown, OfANewPathIsThreeSecondsAndOfAnOldOneFifteen) {
  PathState path;
  path.good_since = kNow - 59s;
  EXPECT_EQ(held_until(path, kNow, kNow), kNow + 3s);
  path.good_since = kNow - 60s;
  EXPECT_EQ(held_until(path, kNow, kNow), kNow + 15s) << "delays come and go";
  path.good_since = kNow;
  path.flaps = 1;
  path.hold = 30s;
  EXPECT_EQ(held_until(path, kNow, kNow), kNow + 30s);
}

// ---- standbys

TEST(Standbys, DifferInUplinkAndEndpointFirst) {
  State all(5);
  auto& paths = all.state.plan.paths;
  paths[1].transport = Transport::wireguard;
  paths[2].uplink = 1;
  paths[3] = {.transport = Transport::wireguard, .uplink = 1};
  paths[4] = {.transport = Transport::wireguard, .hub = 1, .uplink = 1};
  for (auto& path : all.state.paths) path.health = Health::good;
  all.state.plan.networks = {{.name = "corp", .hubs = {0, 1}, .paths = {0, 1, 2, 3, 4}}};
  all.state.networks.resize(1);
  all.state.networks[0].path = 0;
  const auto fast = [&] {
    assign_standbys(all.context());
    std::set<std::size_t> found;
    for (std::size_t i = 0; i < all.state.paths.size(); ++i)
      if (all.state.paths[i].fast) found.insert(i);
    return found;
  };
  using Fast = std::set<std::size_t>;
  // Uplink and transport within the hub are 22, as is everything outside it: the order decides.
  EXPECT_EQ(fast(), (Fast{0, 3, 4}));
  all.state.paths[4].health = Health::down;
  EXPECT_EQ(fast(), (Fast{0, 2, 3})) << "16 for the uplink, 14 for the transport";
  paths[1].endpoint = 1;
  EXPECT_EQ(fast(), (Fast{0, 1, 3})) << "22 for endpoint and transport";
}

// ---- a site whose paths die

/// Two transports in slot 1, and a path in slot 2, to one hub. What is in `dead` does not answer.
class Site {
 public:
  Site() {
    FailoverPlan plan;
    for (const auto transport : {Transport::ikev2, Transport::wireguard, Transport::ikev2}) {
      const auto line = plan.paths.size() / 2;
      plan.paths.push_back({.name = "path " + std::to_string(plan.paths.size()),
                            .slot = static_cast<std::uint8_t>(line + 1),
                            .transport = transport,
                            .endpoint = line,
                            .uplink = line});
    }
    plan.networks = {{.name = "corp", .hubs = {0}, .paths = {0, 1, 2}}};
    feed(PlanChanged{.plan = plan, .adopted = {}});
  }

  void feed(const FailoverEvent& event) {
    FailoverActions actions;
    step(state, event, now, actions);
    for (const auto& action : actions) {
      if (std::holds_alternative<RepairTunnel>(action)) repairs.push_back(now);
      const auto* probe = std::get_if<SendProbe>(&action);
      if (probe == nullptr || dead.contains(probe->path)) continue;
      answers.push_back({.path = probe->path,
                         .sequence = probe->sequence,
                         .echo = probe->echo,
                         .round_trip = 5ms,
                         .at = now + 5ms,
                         .size = probe->size});
    }
  }
  void start() {
    for (std::size_t path = 0; path < 3; ++path) feed(PathUsable{path, true});
  }
  void run(Duration duration) {
    for (const auto end = now + duration; now < end; now += 1ms) {
      for (; !answers.empty() && answers.front().at <= now; answers.pop_front())
        feed(ProbeReply(answers.front()));
      if (const auto due = next_deadline(state); due && *due <= now) feed(ProbeTick{});
    }
  }
  /// How long it takes until the first path has this health; at most a minute.
  Duration until(Health health) {
    const auto from = now;
    while (state.paths[0].health != health && now < from + 1min) run(1ms);
    return now - from;
  }

  FailoverState state;
  Instant now = kNow;
  std::set<std::size_t> dead;
  std::deque<ProbeReply> answers;
  std::vector<Instant> repairs;
};

TEST(Silence, ANewPathThatNeverAnswersIsDownAfterTenProbes) {
  Site site;
  site.dead = {0};
  site.start();
  const auto took = site.until(Health::down);
  EXPECT_GE(took, 9 * 50ms + 500ms) << "the tenth is late half a second after it was sent";
  EXPECT_LE(took, 9 * 50ms + 500ms + 100ms);
}

TEST(Silence, APathThatWasDownProvesItselfWithTwentyAnswers) {
  Site site;
  site.start();
  site.run(30s);
  site.dead = {0};
  site.until(Health::down);
  site.dead.clear();
  site.until(Health::proving);
  const auto took = site.until(Health::good);
  EXPECT_GE(took, 18 * 50ms) << "the first answer made it proving";
  EXPECT_LE(took, 20 * 50ms);
}

/// Seconds from one to the next.
std::vector<std::int64_t> steps_of(const std::vector<Instant>& times) {
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < times.size(); ++i)
    steps.push_back(std::chrono::round<std::chrono::seconds>(times[i] - times[i - 1]).count());
  return steps;
}

TEST(Repair, BeginsASecondAfterTheDeathWhereTheSlotIsAlive) {
  Site site;
  site.start();
  site.run(30s);
  site.dead = {0};
  site.until(Health::down);
  const auto death = site.now;
  site.run(15min);
  ASSERT_GE(site.repairs.size(), 7U);
  EXPECT_NEAR(static_cast<double>((site.repairs[0] - death) / 1ms), 1000, 60);
  site.repairs.resize(7);
  EXPECT_EQ(steps_of(site.repairs), (std::vector<std::int64_t>{10, 20, 40, 80, 160, 300}));
}

TEST(Repair, WaitsAMinuteWhereTheSlotIsDead) {
  Site site;
  site.start();
  site.run(30s);
  site.dead = {0, 1};
  site.until(Health::down);
  const auto death = site.now;
  site.run(60s);
  EXPECT_TRUE(site.repairs.empty());
  site.run(60s);
  ASSERT_FALSE(site.repairs.empty());
  EXPECT_LE(site.repairs[0], death + 66s);
}

TEST(OwnClaim, AsksForFourIntervals) {
  Site site;
  site.start();
  site.run(30s);
  EXPECT_EQ(claim_for(site.state, 0).hold, 4 * 50);
  site.feed(TrafficSeen{false});
  EXPECT_EQ(claim_for(site.state, 0).hold, 4 * 1250) << "while no traffic flows";
}

}  // namespace
}  // namespace kaido::failover
