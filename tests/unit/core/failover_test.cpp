// The admin's word, and a configuration that changes: what the simulator's worlds do not hold. All
// else about paths is in tests/sim.
#include "core/failover/failover.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace kaido {
namespace {

using namespace std::chrono_literals;

/// A site with two paths to one hub; what is in `dead` does not answer.
class Site {
 public:
  Site() {
    feed(PlanChanged{.plan = plan(), .adopted = {}});
    for (const std::size_t path : {kFirst, kSecond}) feed(PathUsable{path, true});
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
      if (const auto* use = std::get_if<Use>(&action)) used.push_back(use->decision);
      const auto* probe = std::get_if<SendProbe>(&action);
      if (probe == nullptr || probe->echo || dead.contains(probe->path)) continue;
      answers.push_back({.path = probe->path,
                         .sequence = probe->sequence,
                         .round_trip = 5ms,
                         .at = now + 5ms,
                         .size = probe->size});
    }
  }

  void run(Duration duration) {
    for (const auto end = now + duration; now < end; now += 1ms) {
      while (!answers.empty() && answers.front().at <= now) {
        const auto answer = answers.front();
        answers.erase(answers.begin());
        feed(answer);
      }
      if (const auto due = next_deadline(state); due && *due <= now) feed(ProbeTick{});
    }
  }

  [[nodiscard]] std::optional<std::size_t> path() const { return state.networks.at(0).path; }

  static constexpr std::size_t kFirst = 0;
  static constexpr std::size_t kSecond = 1;
  FailoverState state;
  Instant now = Instant(1000s);
  std::set<std::size_t> dead;
  std::vector<ProbeReply> answers;
  std::vector<Decision> used;
};

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
  const auto& decision = site.used.back();
  EXPECT_EQ(decision.rule, ChoiceRule::withdrawn);
  ASSERT_TRUE(decision.before && decision.after);
  EXPECT_EQ(decision.before->name, "tokyo/a:isp1/ikev2");
  EXPECT_EQ(decision.after->name, "tokyo/b:isp2/ikev2");
  EXPECT_EQ(site.state.networks[0].switches, switches + 1);
}

TEST(Failover, APathThatWillLeaveIsLeftWhileItStillWorks) {
  Site site;
  site.feed(PathsLeave{{Site::kFirst}});
  EXPECT_EQ(site.path(), Site::kSecond);
  const auto& decision = site.used.back();
  EXPECT_EQ(decision.rule, ChoiceRule::withdrawn);
  EXPECT_EQ(decision.from, Site::kFirst);
  ASSERT_TRUE(decision.before);
  EXPECT_EQ(decision.before->health, Health::good);
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

}  // namespace
}  // namespace kaido
