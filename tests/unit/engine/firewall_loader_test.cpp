// How the table is kept as it should be: by the smallest write, and without reading it for nothing.
#include "engine/firewall_loader.hpp"

#include <gtest/gtest.h>

#include "adapters/fake/firewall.hpp"
#include "unit/core/sample.hpp"
#include "world.hpp"

namespace kaido {
namespace {

using Written = FirewallLoader::Written;
using test::net;

FirewallTable table_with(std::vector<FirewallElement> elements) {
  return {.sets = {{"a", {.key = SetKey::ipv4, .elements = std::move(elements)}}},
          .skeleton = "  chain x {\n  }\n"};
}
const FirewallTable kOne = table_with({{"", net("10.1.0.0/16")}});
const FirewallTable kTwo = table_with({{"", net("10.1.0.0/16")}, {"", net("10.2.0.0/16")}});

class Loader : public ::testing::Test {
 protected:
  Written load(const FirewallTable& table, bool recheck = false) {
    const auto outcome = loader_.load(table, recheck);
    EXPECT_TRUE(outcome);
    EXPECT_EQ(firewall_.table(), table);
    return outcome.value().written;
  }
  fake::Firewall firewall_;
  FirewallLoader loader_{firewall_};
};

TEST_F(Loader, LoadsATableOnceAndFindsIt) {
  EXPECT_FALSE(loader_.loaded());
  EXPECT_EQ(load(kOne), Written::table);
  EXPECT_EQ(loader_.loaded(), kOne);
  EXPECT_EQ(load(kOne), Written::nothing);
  FirewallLoader later(firewall_);  // after a restart of kaidod
  EXPECT_EQ(later.load(kOne, true)->written, Written::nothing);
  EXPECT_EQ(later.load(kTwo, false)->written, Written::elements) << "what was found is known too";
  EXPECT_EQ(firewall_.replaced(), 1U);
}

TEST_F(Loader, ReadsNothingWhileNobodyElseWrites) {
  load(kOne);
  const auto listed = firewall_.listed();
  EXPECT_EQ(load(kOne, true), Written::nothing);
  EXPECT_EQ(load(kTwo), Written::elements);
  EXPECT_EQ(load(kTwo, true), Written::nothing);
  EXPECT_EQ(load(kOne, true), Written::elements);
  EXPECT_EQ(firewall_.listed(), listed);
  EXPECT_EQ(firewall_.replaced(), 1U);
  EXPECT_EQ(firewall_.changed(), 2U);
}

TEST_F(Loader, ReplacesTheTableWhereItsSkeletonDiffers) {
  load(kOne);
  auto other = kOne;
  other.skeleton += "  chain y {\n  }\n";
  EXPECT_EQ(load(other), Written::table);
  EXPECT_EQ(firewall_.changed(), 0U);
}

TEST_F(Loader, ReadsTheTableWhenSomebodyElseHasWritten) {
  load(kOne);
  const auto listed = firewall_.listed();
  firewall_.touch_other();
  EXPECT_EQ(load(kOne, true), Written::nothing);
  EXPECT_EQ(firewall_.listed(), listed + 1);
  EXPECT_EQ(load(kOne, true), Written::nothing);
  EXPECT_EQ(firewall_.listed(), listed + 1) << "it is known again";
  firewall_.damage();
  EXPECT_EQ(load(kOne, true), Written::table);
}

TEST_F(Loader, ChangesNoElementsInATableThatSomebodyMayHaveTouched) {
  load(kOne);
  firewall_.damage();
  EXPECT_EQ(load(kTwo), Written::table);
  EXPECT_EQ(firewall_.changed(), 0U);
}

TEST_F(Loader, ReplacesTheTableWhereAChangeIsRefused) {
  load(kOne);
  firewall_.fail_next({Condition::firewall_refused, "no memory"});
  EXPECT_EQ(load(kTwo), Written::table);
  EXPECT_EQ(firewall_.changed(), 0U);
}

TEST_F(Loader, TellsAnErrorAndTriesAgain) {
  load(kOne);
  firewall_.refuse(Error{Condition::firewall_refused, "no memory"});
  EXPECT_EQ(loader_.load(kTwo, false).error().detail, "no memory");
  EXPECT_EQ(loader_.loaded(), kOne) << "the old one stays";
  firewall_.refuse(std::nullopt);
  EXPECT_EQ(load(kTwo), Written::elements);
}

TEST_F(Loader, KnowsNothingOfATableThatWasRemoved) {
  load(kOne);
  ASSERT_TRUE(firewall_.remove());
  loader_.forget();
  EXPECT_FALSE(loader_.loaded());
  EXPECT_EQ(load(kOne), Written::table);
}

/// Somebody else writes right before our change.
class Hasty final : public fake::Firewall {
 public:
  Result<Generation> change(const std::vector<SetChange>& changes) override {
    touch_other();
    return fake::Firewall::change(changes);
  }
};

TEST(LoaderBesideOthers, ReadsTheTableAfterAChangeThatWasNotAlone) {
  Hasty firewall;
  FirewallLoader loader(firewall);
  ASSERT_TRUE(loader.load(kOne, false));
  EXPECT_EQ(loader.load(kTwo, false)->written, Written::elements);
  const auto listed = firewall.listed();
  EXPECT_EQ(loader.load(kTwo, true)->written, Written::nothing);
  EXPECT_EQ(firewall.listed(), listed + 1);
}

TEST(Engine, ChangesOnlyElementsForAPrefixMore) {
  test::World world;
  world.start(test::hub());
  auto more = test::hub();
  more.sites[0].prefixes.push_back(net("10.1.70.0/24"));
  world.configuration.models["more"] = more;
  const auto replaced = world.firewall.replaced();
  const auto listed = world.firewall.listed();
  const auto changed = world.firewall.changed();
  const auto told = world.log.count("FIREWALL_CHANGED", "firewall");
  ASSERT_TRUE(world.apply("more"));
  world.settle();
  EXPECT_EQ(world.firewall.replaced(), replaced);
  EXPECT_EQ(world.firewall.listed(), listed);
  EXPECT_EQ(world.firewall.changed(), changed + 1);
  EXPECT_EQ(world.log.count("FIREWALL_CHANGED", "firewall"), told + 1);
  const auto text = to_nft(world.firewall.table().value());
  EXPECT_NE(text.find("\"kd-ike7-1\" . 10.1.70.0/24"), std::string::npos);
  EXPECT_EQ(world.store.firewall, text) << "for the next boot";
}

TEST(Engine, ReadsItsFirewallNoMoreWhileNobodyTouchesIt) {
  using namespace std::chrono_literals;
  test::World world;
  world.start_branch();
  world.settle();
  const auto listed = world.firewall.listed();
  world.run_for(5min);
  EXPECT_EQ(world.firewall.listed(), listed);
}

TEST(Engine, RepairsItsFirewallByTheMinuteWhereNotificationsAreLost) {
  using namespace std::chrono_literals;
  test::World world;
  world.start_branch();
  const auto replaced = world.firewall.replaced();
  world.firewall.go_silent();
  world.firewall.damage();
  world.run_for(3min);
  EXPECT_EQ(world.firewall.replaced(), replaced + 1);
}

}  // namespace
}  // namespace kaido
