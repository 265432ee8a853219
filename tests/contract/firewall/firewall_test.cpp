// What every Firewall keeps to: loading, looking, removing.
#include "firewall_world.hpp"

namespace kaido {
namespace {

using namespace test;

TEST_P(FirewallContract, WithoutATableNothingIsHeld) { EXPECT_FALSE(holds(kTable)); }

TEST_P(FirewallContract, WhatWasLoadedIsHeld) {
  load(kTable);
  EXPECT_TRUE(holds(kTable));
  EXPECT_FALSE(holds(kOtherTable));
}

TEST_P(FirewallContract, ALoadReplacesAllThatWasThere) {
  load(kTable);
  load(kOtherTable);
  EXPECT_TRUE(holds(kOtherTable));
  EXPECT_FALSE(holds(kTable));
}

TEST_P(FirewallContract, ARefusedTableLeavesTheOldOneInPlace) {
  load(kTable);
  const auto refused = firewall().replace({.sets = {}, .skeleton = "chain broken { counter drop"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().condition, Condition::firewall_refused);
  EXPECT_NE(refused.error().detail.find("syntax error"), std::string::npos)
      << refused.error().detail;
  EXPECT_EQ(refused.error().detail.find('\n'), std::string::npos);
  EXPECT_TRUE(holds(kTable));
}

TEST_P(FirewallContract, AFlushedChainIsNoticedByANewProcessToo) {
  load(kTable);
  world_->flush_chain();
  EXPECT_FALSE(holds(kTable));
  world_->new_process();
  EXPECT_FALSE(holds(kTable));
  load(kTable);
  EXPECT_TRUE(holds(kTable));
}

TEST_P(FirewallContract, ALostElementIsNoticed) {
  load(kTable);
  world_->lose_element();
  EXPECT_FALSE(holds(kTable));
}

TEST_P(FirewallContract, AForeignRuleInTheTableIsNoticed) {
  load(kTable);
  world_->add_rule();
  EXPECT_FALSE(holds(kTable));
}

TEST_P(FirewallContract, ALostTableIsNoticed) {
  load(kTable);
  world_->lose_table();
  EXPECT_FALSE(holds(kTable));
}

TEST_P(FirewallContract, ANewProcessAdoptsTheTableOfAnEarlierOne) {
  load(kTable);
  world_->new_process();
  EXPECT_TRUE(holds(kTable));
}

TEST_P(FirewallContract, AChangeMakesTheDescriptorReadableUntilItIsDrained) {
  load(kTable);
  EXPECT_FALSE(is_readable());
  world_->flush_chain();
  EXPECT_TRUE(is_readable());
  EXPECT_TRUE(firewall().drain_notifications().ours);
  EXPECT_FALSE(is_readable());
  EXPECT_FALSE(firewall().drain_notifications().ours);
}

TEST_P(FirewallContract, ALostTableIsToldByANotification) {
  load(kTable);
  world_->lose_table();
  EXPECT_TRUE(firewall().drain_notifications().ours);
}

TEST_P(FirewallContract, AChangeOfAnotherTableIsToldApart) {
  load(kTable);
  world_->touch_other_table();
  EXPECT_TRUE(is_readable());
  const auto changed = firewall().drain_notifications();
  EXPECT_FALSE(changed.ours);
  EXPECT_TRUE(changed.others);
  EXPECT_TRUE(holds(kTable));
}

TEST_P(FirewallContract, WhetherATableExistsIsToldWhateverItHolds) {
  EXPECT_EQ(firewall().exists(), false);
  load(kTable);
  world_->flush_chain();
  EXPECT_EQ(firewall().exists(), true);
  world_->lose_table();
  EXPECT_EQ(firewall().exists(), false);
}

TEST_P(FirewallContract, CountersBeginAtNothingWithEachLoad) {
  EXPECT_FALSE(firewall().forwarded());
  load(kTable);
  EXPECT_FALSE(firewall().forwarded()) << "that one has none";
  load(kCountingTable);
  EXPECT_EQ(firewall().forwarded(), ForwardCounts{});
  load(kTable);
  EXPECT_FALSE(firewall().forwarded()) << "nor has it the other's";
}

TEST_P(FirewallContract, ChainsOfOthersOnTheForwardHookAreTold) {
  load(kCountingTable);
  EXPECT_EQ(firewall().foreign_forward_chains(), std::vector<ForeignChain>{});
  world_->add_forward_chain();
  EXPECT_TRUE(firewall().drain_notifications().others);
  EXPECT_EQ(firewall().foreign_forward_chains(),
            (std::vector<ForeignChain>{{.name = "ip docker FORWARD", .drops_rest = true}}));
}

TEST_P(FirewallContract, OtherTablesAreLeftAlone) {
  load(kTable);
  load(kOtherTable);
  ASSERT_TRUE(firewall().remove());
  EXPECT_TRUE(world_->other_table_is_whole());
}

TEST_P(FirewallContract, RemovingTwiceIsNoError) {
  load(kTable);
  EXPECT_TRUE(firewall().remove());
  EXPECT_FALSE(holds(kTable));
  EXPECT_TRUE(firewall().remove());
}

INSTANTIATE_TEST_SUITE_P(Worlds, FirewallContract, ::testing::ValuesIn(kinds()),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace kaido
