// The admin's word, and a configuration that changes: what the simulator's worlds do not hold. All
// else about paths is in tests/sim.
#include "core/failover/failover.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "core/failover/figures.hpp"
#include "core/failover/own_claim.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;

/// A site, with two paths to one hub unless it is told otherwise; what is in `dead` does not
/// answer. The hub's reflector answers a probe before its kaidod has heard the claim in it.
class Site {
 public:
  explicit Site(const FailoverPlan& plan = Site::plan()) {
    state.epoch = 1;
    feed(PlanChanged{.plan = plan, .adopted = {}});
    for (std::size_t path = 0; path < plan.paths.size(); ++path) feed(PathUsable{path, true});
    run(30s);
  }

  static FailoverPlan plan() {
    FailoverPlan plan;
    for (const auto* name : {"tokyo/a:isp1/ikev2", "tokyo/b:isp2/ikev2"})
      plan.paths.push_back({.name = name,
                            .slot = static_cast<std::uint8_t>(plan.paths.size() + 1),
                            .endpoint = plan.paths.size(),
                            .uplink = plan.paths.size(),
                            .hub_number = 101,
                            .handicap = 0});
    plan.networks = {{.name = "corp", .hubs = {0}, .paths = {kFirst, kSecond}}};
    return plan;
  }

  static FailoverPlan without_the_first() {
    auto plan = Site::plan();
    plan.paths.erase(plan.paths.begin());
    plan.networks[0].paths = {0};
    return plan;
  }

  void feed(const FailoverEvent& event) {
    FailoverActions actions;
    step(state, event, now, actions);
    for (const auto& action : actions) {
      if (const auto* use = std::get_if<PathChosen>(&action)) used.push_back(use->choice);
      const auto* probe = std::get_if<SendProbe>(&action);
      if (probe == nullptr || probe->echo) continue;
      ++asked[probe->path];
      const auto count = reflector(*probe);
      if (dead.contains(probe->path) || !count) continue;
      answers.push_back({{.path = probe->path,
                          .sequence = probe->sequence,
                          .round_trip = 5ms,
                          .at = now + 5ms,
                          .size = probe->size,
                          .reflector_sequence = *count,
                          .kaido = kaido,
                          .applied_epoch = applied.epoch,
                          .applied_generation = applied.generation},
                         claim_for(state, probe->path)});
    }
  }

  /// As the engine does: while all is well answers are read when something is due.
  void run(Duration duration) {
    for (const auto end = now + duration; now < end; now += 1ms) {
      const auto next = next_deadline(state);
      const bool due = next && *next <= now;
      const bool waits = !answers.empty() && answers.front().first.at <= now;
      if (!due && (!waits || answers_may_wait(state))) continue;
      ++wakes;
      while (!answers.empty() && answers.front().first.at <= now) {
        const auto [answer, claim] = answers.front();
        answers.pop_front();
        if (hub_follows) applied = claim;
        feed(answer);
      }
      if (due) feed(ProbeTick{});
    }
  }

  /// Probes in a second, of all paths or of one, as it is now.
  double rate(Duration over = 60s) {
    asked.clear();
    wakes = 0;
    run(over);
    double sum = 0;
    for (const auto& [path, count] : asked) sum += static_cast<double>(count);
    return sum / std::chrono::duration<double>(over).count();
  }
  double rate_of(std::size_t path, Duration over = 60s) {
    rate(over);
    return static_cast<double>(asked[path]) / std::chrono::duration<double>(over).count();
  }

  [[nodiscard]] std::optional<std::size_t> path() const { return state.networks.at(0).path; }

  [[nodiscard]] Trouble trouble() const { return state.paths.at(kSecond).trouble; }

  static constexpr std::size_t kFirst = 0;
  static constexpr std::size_t kSecond = 1;
  FailoverState state;
  Instant now = Instant(1000s);
  std::set<std::size_t> dead;
  bool hub_follows = true;
  stamp::Claim applied;
  std::deque<std::pair<ProbeReply, stamp::Claim>> answers;
  std::vector<PathChoice> used;
  std::map<std::size_t, std::size_t> asked;
  std::size_t wakes = 0;
  bool kaido = true;
  /// What a reflector numbers its answer with; nullopt: the probe did not arrive.
  std::function<std::optional<std::uint32_t>(const SendProbe&)> reflector = [](const SendProbe&) {
    return std::optional(0U);
  };
};

/// Two carriers, seven endpoints of three hubs, two transports.
FailoverPlan branch_of_28() {
  FailoverPlan plan;
  std::vector<std::size_t> all;
  for (std::size_t slot = 0; slot < 14; ++slot)
    for (const auto transport : {Transport::ikev2, Transport::wireguard}) {
      all.push_back(plan.paths.size());
      plan.paths.push_back({.name = "path " + std::to_string(plan.paths.size()),
                            .slot = static_cast<std::uint8_t>(slot + 1),
                            .transport = transport,
                            .hub = slot / 6,
                            .endpoint = slot / 2 % 3,
                            .uplink = slot % 2,
                            .hub_number = static_cast<std::uint16_t>(101 + slot / 6)});
    }
  plan.networks = {{.name = "corp", .hubs = {0, 1, 2}, .paths = all}};
  return plan;
}

std::size_t fast_paths(const FailoverState& state) {
  return static_cast<std::size_t>(std::ranges::count(state.paths, true, &PathState::fast));
}

TEST(Failover, ThePathThatAnAdminAskedForStaysUntilItFails) {
  Site site;
  ASSERT_EQ(site.path(), Site::kFirst);
  site.feed(SwitchRequested{0, Site::kSecond});
  EXPECT_EQ(site.path(), Site::kSecond) << "at once";
  EXPECT_EQ(site.used.back().rule, ChoiceRule::requested);
  site.run(120s);
  EXPECT_EQ(site.path(), Site::kSecond) << "though the other one is as good and before it";
  site.dead = {Site::kSecond};
  site.run(1s);
  EXPECT_EQ(site.path(), Site::kFirst);
  EXPECT_EQ(site.used.back().rule, ChoiceRule::path_down);
}

TEST(Failover, AnAdminWhoLetsItChooseForgivesWhatWasHeldAgainstAPath) {
  Site site;
  auto better = Site::plan();
  better.paths[Site::kSecond].handicap = 100;
  site.feed(PlanChanged{.plan = better, .adopted = {}});
  for (int death = 0; death < 4; ++death) {
    site.dead = {Site::kFirst};
    site.run(2s);
    ASSERT_EQ(site.path(), Site::kSecond);
    site.dead.clear();
    site.run(10s);
    EXPECT_EQ(site.path(), Site::kSecond) << "it has to stay good for a while";
    site.feed(SwitchRequested{0, std::nullopt});
    site.run(100ms);
    EXPECT_EQ(site.path(), Site::kFirst);
  }
  site.dead = {Site::kFirst};
  site.run(2s);
  site.dead.clear();
  site.run(40s);
  EXPECT_EQ(site.path(), Site::kFirst) << "as after a first death, not after a fifth";
}

TEST(Failover, ToChooseFreelyIsForNowAndNotForTheNextTrouble) {
  Site site;
  site.feed(SwitchRequested{0, std::nullopt});
  EXPECT_EQ(site.path(), Site::kFirst) << "it is the best already";
  EXPECT_FALSE(site.state.networks.at(0).free_now);
  site.feed(SwitchRequested{0, Site::kSecond});
  site.feed(SwitchRequested{0, std::nullopt});
  site.dead = {Site::kSecond};
  site.run(1s);
  EXPECT_EQ(site.path(), Site::kFirst);
  EXPECT_FALSE(site.state.networks.at(0).free_now);
}

TEST(Failover, AConfigurationWithoutThePathInUseWithdrawsIt) {
  Site site;
  const auto switches = site.state.networks[0].switches;
  site.feed(PlanChanged{.plan = Site::without_the_first(), .adopted = {}});
  ASSERT_EQ(site.path(), 0U) << "the one that is left, which had been proved";
  EXPECT_EQ(site.state.plan.paths[0].name, "tokyo/b:isp2/ikev2");
  EXPECT_EQ(site.state.paths[0].health, Health::good) << "what is known of it stays";
  ASSERT_EQ(site.used.size(), 2U) << "from one to the other, never by none";
  const auto& choice = site.used.back();
  EXPECT_EQ(choice.rule, ChoiceRule::withdrawn);
  ASSERT_TRUE(choice.before && choice.after);
  EXPECT_EQ(choice.before->name, "tokyo/a:isp1/ikev2");
  EXPECT_EQ(choice.after->name, "tokyo/b:isp2/ikev2");
  EXPECT_EQ(site.state.networks[0].switches, switches + 1);
}

TEST(Failover, APathThatWillLeaveIsLeftWhileItStillWorks) {
  Site site;
  site.feed(PathsLeave{{Site::kFirst}});
  EXPECT_EQ(site.path(), Site::kSecond);
  const auto& choice = site.used.back();
  EXPECT_EQ(choice.rule, ChoiceRule::withdrawn);
  EXPECT_EQ(choice.from, Site::kFirst);
  ASSERT_TRUE(choice.before);
  EXPECT_EQ(choice.before->health, Health::good);
  site.run(30s);
  EXPECT_EQ(site.path(), Site::kSecond) << "and not gone back to";
  site.feed(PlanChanged{.plan = Site::without_the_first(), .adopted = {}});
  EXPECT_EQ(site.used.size(), 2U) << "nothing moves when it has gone";
}

TEST(Failover, APathThatWillLeaveIsUsedAsLongAsNothingElseWorks) {
  Site site;
  site.dead = {Site::kSecond};
  site.run(5s);
  site.feed(PathsLeave{{Site::kFirst}});
  EXPECT_EQ(site.path(), Site::kFirst);
  site.feed(PlanChanged{.plan = Site::without_the_first(), .adopted = {}});
  EXPECT_EQ(site.path(), 0U) << "silent, but its tunnel is up";
  EXPECT_EQ(site.used.back().rule, ChoiceRule::withdrawn);
}

TEST(Failover, WhatIsConfiguredAfterAllIsUsedAgain) {
  Site site;
  auto better = Site::plan();
  better.paths[Site::kSecond].handicap = 100;
  site.feed(PlanChanged{.plan = better, .adopted = {}});
  site.feed(PathsLeave{{Site::kFirst}});
  ASSERT_EQ(site.path(), Site::kSecond);
  better.rates.slow = 4s;
  site.feed(PlanChanged{.plan = better, .adopted = {}});
  site.run(30s);
  EXPECT_EQ(site.path(), Site::kFirst);
}

TEST(Failover, ATunnelThatTheAdminTookDownIsUsedAgainOnceItIsBack) {
  Site site;
  auto better = Site::plan();
  better.paths[Site::kSecond].handicap = 100;
  site.feed(PlanChanged{.plan = better, .adopted = {}});
  site.feed(PathsLeave{{Site::kFirst}});
  site.feed(PathUsable{Site::kFirst, false});
  ASSERT_EQ(site.path(), Site::kSecond);
  site.feed(PathUsable{Site::kFirst, true});
  site.run(60s);
  EXPECT_EQ(site.path(), Site::kFirst);
}

TEST(Probing, IsFastOnThePathInUseAndTwoStandbysAndSlowOnAllOthers) {
  Site site(branch_of_28());
  ASSERT_EQ(fast_paths(site.state), 3U);
  const auto rate = site.rate();
  // Twenty a second each, one in 5 s each; sizes: two a second in use, one in 5 s on a standby.
  EXPECT_NEAR(rate, 3 * 20 + 25 / 5.0 + 2 + 2 / 5.0 + 25 / 60.0, 2);
  for (std::size_t i = 0; i < 28; ++i) {
    const auto each = static_cast<double>(site.asked[i]) / 60;
    if (site.state.paths[i].fast)
      EXPECT_GE(each, 19.9);
    else
      EXPECT_NEAR(each, 0.2, 0.06) << i;
  }
}

TEST(Probing, OfAnIdleBranchWakesItOnceABeat) {
  Site site(branch_of_28());
  site.feed(TrafficSeen{false});
  site.run(60s);  // until sizes are asked on the beat
  const auto rate = site.rate(300s);
  EXPECT_NEAR(rate, 3 / 1.25 + 25 / 5.0 + 3 / 5.0 + 25 / 60.0, 1);
  const auto wakes = static_cast<double>(site.wakes) / 300;
  RecordProperty("wakes_per_second", std::to_string(wakes));
  EXPECT_LE(wakes, 0.81) << "a beat, for all that is due";
  site.feed(TrafficSeen{true});
  EXPECT_GE(site.rate(1s), 55) << "at once";
}

TEST(Probing, OfADeadPathIsRareAfterAMinute) {
  Site site(branch_of_28());
  site.feed(TrafficSeen{false});
  constexpr std::size_t kDead = 20;
  ASSERT_FALSE(site.state.paths[kDead].fast);
  site.dead = {kDead};
  site.run(10s);
  ASSERT_EQ(site.state.paths[kDead].health, Health::down);
  EXPECT_NEAR(site.rate_of(kDead, 30s), 0.8, 0.1);
  site.run(60s);
  EXPECT_NEAR(site.rate_of(kDead), 0.2, 0.02);
}

TEST(Probing, WhenAllAreSilentThreeAreStillAskedOften) {
  Site site(branch_of_28());
  for (std::size_t i = 0; i < 28; ++i) site.dead.insert(i);
  site.run(5s);
  ASSERT_TRUE(site.state.all_silent);
  EXPECT_NEAR(site.rate(30s), 28 * 5, 5) << "whichever comes back first is seen at once";
  site.run(60s);
  EXPECT_NEAR(site.rate(), 3 * 5 + 25 / 5.0, 1);
  EXPECT_EQ(fast_paths(site.state), 3U);
  const auto used = site.path();
  ASSERT_TRUE(used);
  EXPECT_TRUE(site.state.paths[*used].fast);
  site.dead.erase(*used);
  site.run(2s);
  EXPECT_EQ(site.state.paths[*used].health, Health::good);
}

TEST(Directions, AreTheCountsOfBothEnds) {
  Site site;
  std::map<std::size_t, std::uint32_t> replies;
  site.reflector = [&](const SendProbe& probe) -> std::optional<std::uint32_t> {
    if (probe.sequence % 10 == 0) return std::nullopt;
    return ++replies[probe.path];
  };
  site.run(60s);
  EXPECT_NEAR(site.state.paths[0].minute.upload(site.now).share(), 0.1, 0.02);
  EXPECT_EQ(site.state.paths[0].minute.download(site.now).lost, 0U);
}

TEST(Directions, AreNotKnownWhereTheReflectorRepeatsOurNumbers) {
  Site site;
  site.kaido = false;
  site.reflector = [](const SendProbe& probe) { return std::optional(probe.sequence); };
  site.run(70s);
  EXPECT_EQ(site.state.paths[0].minute.upload(site.now).sent, 0U);
  EXPECT_EQ(site.state.paths[0].minute.download(site.now).sent, 0U);
  EXPECT_GT(site.state.paths[0].minute.round_trip(site.now).sent, 1000U);
}

TEST(Failover, AClaimGrowsWithEverySwitchAndNamesThePath) {
  Site site;
  const auto before = claim_for(site.state, Site::kFirst);
  EXPECT_EQ(before.slot, 1);
  EXPECT_TRUE(before.carries);
  site.feed(SwitchRequested{0, Site::kSecond});
  const auto after = claim_for(site.state, Site::kFirst);
  EXPECT_EQ(after.slot, 2) << "by whichever path it is told";
  EXPECT_GT(after.generation, before.generation);
}

TEST(Failover, AClaimOutranksAHubThatWasLeftForADeadPathUntilItHasHeard) {
  auto plan = Site::plan();
  plan.paths[Site::kSecond].hub = 1;
  plan.paths[Site::kSecond].hub_number = 102;
  plan.networks[0].hubs = {0, 1};
  Site site(plan);
  site.hub_follows = false;
  site.feed(SwitchRequested{0, Site::kSecond});
  EXPECT_FALSE(claim_for(site.state, Site::kSecond).outranks) << "it works still, and will hear";
  site.feed(SwitchRequested{0, Site::kFirst});
  site.hub_follows = true;
  site.run(1s);
  site.dead = {Site::kFirst};
  site.run(1s);
  ASSERT_EQ(site.state.networks[0].path, Site::kSecond);
  EXPECT_TRUE(claim_for(site.state, Site::kSecond).outranks);
  EXPECT_FALSE(claim_for(site.state, Site::kFirst).outranks) << "it carries nothing";
  site.dead.clear();
  site.run(2s);
  ASSERT_EQ(site.state.networks[0].path, Site::kSecond) << "the first has to prove itself";
  EXPECT_FALSE(claim_for(site.state, Site::kSecond).outranks);
}

TEST(Failover, AHubThatDoesNotFollowOurClaimsIsSaidToIgnoreThem) {
  Site site;
  site.hub_follows = false;
  site.feed(SwitchRequested{0, Site::kSecond});
  site.run(4s);
  EXPECT_EQ(site.trouble(), Trouble::none) << "its kaidod may be starting";
  site.run(2s);
  EXPECT_EQ(site.trouble(), Trouble::claim_ignored);
  site.hub_follows = true;
  site.run(2s);
  EXPECT_EQ(site.trouble(), Trouble::none);
}

TEST(Failover, AHubThatIsAskedRarelyIsNotSaidToIgnoreClaims) {
  auto plan = Site::plan();
  plan.rates.fast = 10ms;
  plan.budgets = {{.uplink = "isp1", .rate = 40}, {.uplink = "isp2", .rate = 40}};
  Site site(plan);
  site.run(150s);
  ASSERT_GT(probing_interval(site.state, Site::kFirst), 6s) << "the budget is spent";
  site.feed(SwitchRequested{0, Site::kSecond});
  for (int second = 0; second < 40; ++second) {
    site.run(1s);
    EXPECT_EQ(site.trouble(), Trouble::none) << second;
  }
}

TEST(Choice, WhatNobodyMeasuresIsLeftAgainForWhatIsMeasured) {
  auto plan = Site::plan();
  plan.paths[Site::kSecond].measure = Measure::none;
  Site site(plan);
  ASSERT_EQ(site.path(), Site::kFirst);
  site.dead = {Site::kFirst};
  site.run(2s);
  ASSERT_EQ(site.path(), Site::kSecond);
  site.dead.clear();
  site.run(60s);
  EXPECT_EQ(site.path(), Site::kFirst);
}

TEST(LastMinute, ForgetsWhatWasLostSince) {
  LastMinute minute;
  const Instant start(1000s);
  for (int probe = 0; probe < 400; ++probe) {
    const auto at = start + probe * 50ms;
    minute.sent(at);
    const bool lost = probe % 40 == 0 || probe >= 360;
    if (!lost) minute.answered(at, 5ms);
  }
  const auto now = start + 25s;
  EXPECT_EQ(minute.round_trip(now).lost, 49U);
  minute.forget(start + 18s);
  EXPECT_EQ(minute.round_trip(now).lost, 9U);
  EXPECT_EQ(minute.round_trip(now).sent, 360U);
}

}  // namespace
}  // namespace kaido
