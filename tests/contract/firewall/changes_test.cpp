// What every Firewall keeps to: elements that change one by one, and who has changed what.
#include "firewall_world.hpp"

namespace kaido {
namespace {

using namespace test;

FirewallElement element(const char* prefix, const char* device = "") {
  return {.device = device, .prefix = Prefix::parse(prefix).value()};
}

class FirewallChanges : public FirewallContract {
 protected:
  FirewallChanges() { load(kCountingTable); }

  /// They are made, and the table holds what it should afterwards, for a new process too.
  void expect_change(const std::vector<SetChange>& changes) {
    const auto changed = firewall().change(changes);
    ASSERT_TRUE(changed) << changed.error().to_string();
    apply(table_, changes);
    EXPECT_TRUE(holds(table_));
    EXPECT_EQ(firewall().generation(), *changed);
    world_->new_process();
    EXPECT_TRUE(holds(table_));
  }
  void expect_refusal(const std::vector<SetChange>& changes) {
    EXPECT_EQ(refusal(table_, changes).has_value(), true);
    const auto before = firewall().generation();
    const auto changed = firewall().change(changes);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().condition, Condition::firewall_refused);
    EXPECT_FALSE(changed.error().detail.empty());
    EXPECT_EQ(firewall().generation(), before);
    EXPECT_TRUE(holds(table_)) << "it is whole";
  }

  FirewallTable table_ = kCountingTable;
};

TEST_P(FirewallChanges, OfElementsLeaveCountersGoingOn) {
  world_->count_packet();
  world_->count_packet();
  ASSERT_EQ(firewall().forwarded()->allowed[0], 2U);
  expect_change({{.set = "a4", .removed = {}, .added = {element("10.9.0.0/16")}}});
  EXPECT_EQ(firewall().forwarded()->allowed[0], 2U);
  world_->count_packet();
  EXPECT_EQ(firewall().forwarded()->allowed[0], 3U);
  load(kCountingTable);
  EXPECT_EQ(firewall().forwarded()->allowed[0], 0U) << "a replaced table counts anew";
}

TEST_P(FirewallChanges, MayConcernSetsOfEachKindAtOnce) {
  expect_change({
      {.set = "a4", .removed = {element("10.2.0.0/24")}, .added = {element("10.3.0.1/32")}},
      {.set = "a6", .removed = {element("fd01::/64")}, .added = {element("fd02::7/128")}},
      {.set = "d4",
       .removed = {element("10.1.0.0/16", "kd-ike1")},
       .added = {element("10.1.0.0/24", "kd-ike2"), element("10.3.0.1/32", "kd-ike1")}},
      {.set = "d6", .removed = {}, .added = {element("fd01::/64", "kd-ike2")}},
  });
}

TEST_P(FirewallChanges, PutASmallerOrALargerIntervalInThePlaceOfAnother) {
  expect_change({{.set = "a4",
                  .removed = {element("10.1.0.0/16")},
                  .added = {element("10.1.0.0/17"), element("10.1.255.0/24")}}});
  expect_change({{.set = "a4",
                  .removed = {element("10.1.0.0/17"), element("10.1.255.0/24")},
                  .added = {element("10.0.0.0/15")}}});
  expect_change({{.set = "d6",
                  .removed = {element("fd01::/64", "kd-ike1")},
                  .added = {element("fd00::/8", "kd-ike1")}}});
}

TEST_P(FirewallChanges, KeepIntervalsThatTouchApart) {
  expect_change(
      {{.set = "a4", .removed = {}, .added = {element("10.0.0.0/16"), element("10.2.1.0/24")}}});
  expect_change({{.set = "a4", .removed = {element("10.1.0.0/16")}, .added = {}}});
  expect_change({{.set = "a4", .removed = {element("10.0.0.0/16")}, .added = {}}});
}

TEST_P(FirewallChanges, ReachFromTheFirstAddressToTheLast) {
  expect_change(
      {{.set = "a4", .removed = {}, .added = {element("0.0.0.0/8"), element("255.255.255.255/32")}},
       {.set = "a6", .removed = {element("fd01::/64")}, .added = {element("::/0")}}});
  expect_change(
      {{.set = "a4", .removed = {element("0.0.0.0/8"), element("255.255.255.255/32")}, .added = {}},
       {.set = "d4", .removed = {}, .added = {element("0.0.0.0/0", "kd-ike9")}}});
}

TEST_P(FirewallChanges, EmptyASetAndFillItAgain) {
  const std::vector both{element("10.1.0.0/16"), element("10.2.0.0/24")};
  expect_change({{.set = "a4", .removed = both, .added = {}}});
  expect_change({{.set = "a4", .removed = {}, .added = both}});
  load(kOtherTable);
  load(kCountingTable);
}

TEST_P(FirewallChanges, GoOnInATableThatIsReplacedAfterwards) {
  expect_change({{.set = "a4", .removed = {element("10.1.0.0/16")}, .added = {}}});
  auto larger = table_;
  larger.skeleton += "\n  chain more {\n    counter\n  }\n";
  larger.sets["a4"].elements = {element("10.8.0.0/16"), element("10.9.0.0/16")};
  load(larger);
  EXPECT_TRUE(holds(larger));
  EXPECT_FALSE(holds(table_));
}

TEST_P(FirewallChanges, OfNothingWriteNothing) {
  const auto before = firewall().generation();
  EXPECT_EQ(firewall().change({}), before);
  EXPECT_EQ(firewall().change({{.set = "a4", .removed = {}, .added = {}}}), before);
  EXPECT_EQ(firewall().generation(), before);
}

TEST_P(FirewallChanges, AreRefusedAsAWholeWhereAnIntervalOverlaps) {
  expect_refusal({{.set = "a6", .removed = {}, .added = {element("fd02::/64")}},
                  {.set = "a4", .removed = {}, .added = {element("10.1.2.0/24")}}});
  expect_refusal({{.set = "a4", .removed = {}, .added = {element("10.0.0.0/8")}}});
  expect_refusal({{.set = "d4", .removed = {}, .added = {element("10.1.2.0/24", "kd-ike1")}}});
}

TEST_P(FirewallChanges, AreRefusedWhereAnElementIsThereAlready) {
  expect_refusal({{.set = "a4", .removed = {}, .added = {element("10.1.0.0/16")}}});
  expect_refusal({{.set = "d6", .removed = {}, .added = {element("fd01::/64", "kd-ike1")}}});
}

TEST_P(FirewallChanges, AreRefusedWhereAnElementToRemoveIsNotThere) {
  expect_refusal(
      {{.set = "a4", .removed = {element("10.7.0.0/16")}, .added = {element("10.8.0.0/16")}}});
  expect_refusal({{.set = "d4", .removed = {element("10.1.0.0/16", "kd-ike2")}, .added = {}}});
}

TEST_P(FirewallChanges, AreRefusedWhereTheSetIsOfAnotherKindOrMissing) {
  expect_refusal({{.set = "a4", .removed = {}, .added = {element("fd02::/64")}}});
  expect_refusal({{.set = "a4", .removed = {}, .added = {element("10.8.0.0/16", "kd-ike1")}}});
  expect_refusal({{.set = "missing", .removed = {}, .added = {element("10.8.0.0/16")}}});
}

TEST_P(FirewallChanges, AreRefusedWithoutATable) {
  world_->lose_table();
  EXPECT_FALSE(
      firewall().change({{.set = "a4", .removed = {}, .added = {element("10.8.0.0/16")}}}));
  EXPECT_EQ(firewall().exists(), false);
}

TEST_P(FirewallChanges, OfOthersMoveTheGeneration) {
  const auto before = firewall().generation();
  ASSERT_TRUE(before);
  EXPECT_EQ(firewall().generation(), before);
  world_->touch_other_table();
  const auto after = firewall().generation();
  EXPECT_NE(after, before);
  world_->lose_table();
  EXPECT_NE(firewall().generation(), after);
}

TEST_P(FirewallChanges, OfOurOwnLeaveAKnownGeneration) {
  auto written = firewall().replace(kTable);
  ASSERT_TRUE(written);
  EXPECT_EQ(firewall().generation(), *written);
  written =
      firewall().change({{.set = "sources4", .removed = {}, .added = {element("10.8.0.0/16")}}});
  ASSERT_TRUE(written);
  EXPECT_EQ(firewall().generation(), *written);
  world_->touch_other_table();
  EXPECT_NE(firewall().generation(), *written);
}

TEST_P(FirewallChanges, OfOurOwnAreNoNews) {
  const auto expect_no_news = [&] {
    const auto changed = firewall().drain_notifications();
    EXPECT_FALSE(changed.ours);
    EXPECT_FALSE(changed.others);
  };
  ASSERT_TRUE(firewall().change({{.set = "a4", .removed = {}, .added = {element("10.8.0.0/16")}}}));
  expect_no_news();
  ASSERT_TRUE(firewall().replace(kTable));
  expect_no_news();
  ASSERT_TRUE(firewall().replace(kOtherTable));
  expect_no_news();
  ASSERT_TRUE(firewall().remove());
  expect_no_news();
}

TEST_P(FirewallChanges, OfOthersInTheSameMomentAreTold) {
  const SetChange change{.set = "a4", .removed = {}, .added = {element("10.8.0.0/16")}};
  world_->touch_other_table();
  ASSERT_TRUE(firewall().change({change}));
  auto changed = firewall().drain_notifications();
  EXPECT_FALSE(changed.ours);
  EXPECT_TRUE(changed.others);
  ASSERT_TRUE(firewall().replace(kTable));
  world_->add_rule();
  changed = firewall().drain_notifications();
  EXPECT_TRUE(changed.ours);
  EXPECT_FALSE(changed.others);
}

INSTANTIATE_TEST_SUITE_P(Worlds, FirewallChanges, ::testing::ValuesIn(kinds()),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace kaido
