// When a path is left, when it is used again, and what one trouble costs the next.
#include "case.hpp"

namespace kaido::sim {
namespace {

/// Seconds after the start of the world.
double at(const Case& world, const Simulation::Switch& change) {
  return in_seconds(change.choice.at - world.world.start);
}

TEST(Choosing, APreferredHubThatLosesAPacketNowAndThenIsUsedAgain) {
  Case noisy;
  noisy.trouble(Kind::noise, 50, 3500, noisy.hub(0)).loss = 0.008;  // inside the limits
  noisy.trouble(Kind::cut, 300, 310, noisy.hub(0));
  const auto& changes = noisy.run().switches();
  const auto back = std::find_if(changes.begin(), changes.end(),
                                 [&](const auto& change) { return at(noisy, change) > 310; });
  ASSERT_NE(back, changes.end());
  EXPECT_LT(at(noisy, *back), 310 + 60) << "30 s after a death, whatever is lost";
  EXPECT_EQ(noisy.used().hub, 0U);
}

TEST(Choosing, AHubIsUsedAgainByTheFirstOfItsPathsThatMay) {
  Case held(2);
  for (int i = 0; i < 4; ++i) held.trouble(Kind::cut, 20 + (40 * i), 35 + (40 * i), 1U);
  held.trouble(Kind::cut, 200, 210, held.hub(0));
  const auto& run = held.run();
  ASSERT_FALSE(run.switches().empty());
  EXPECT_LT(at(held, run.switches().back()), 210 + 60) << "its other paths had died only once";
  EXPECT_EQ(held.used().hub, 0U);
}

TEST(Choosing, LeavingALossyPathIsOneTrouble) {
  Case lossy;
  lossy.trouble(Kind::cut, 20, 3500, lossy.hub(0) & ~1U);
  lossy.trouble(Kind::noise, 100, 130, 1U).loss = 0.05;
  const auto& run = lossy.run();
  ASSERT_EQ(run.switches().size(), 2U);
  EXPECT_LT(at(lossy, run.switches()[1]), 130 + 60 + 300 + 5) << "and not ten minutes";
}

TEST(Choosing, OneShortCutDoesNotSlowTheNextDetectionDown) {
  Case twice;
  twice.trouble(Kind::cut, 100, 100.8, twice.world.all_paths());
  twice.trouble(Kind::cut, 300, 400, twice.uplink(0));
  twice.run();
  EXPECT_LE(twice.up - start_cost(kUp) - 0.8, kNear);
}

TEST(Choosing, AHubThatDoesNotFollowAwayFromADeadPathIsLeftSoon) {
  Case dead;
  dead.trouble(Kind::hub_restart, 100, 400).hub = 0;
  dead.trouble(Kind::cut, 150, 400, dead.uplink(0));
  const auto& run = dead.run();
  EXPECT_TRUE(dead.named(Trouble::claim_ignored));
  ASSERT_GE(run.switches().size(), 2U);
  EXPECT_EQ(dead.world.paths.at(*run.switches()[1].choice.to).spec.hub, 1U);
  EXPECT_LT(at(dead, run.switches()[1]), 150 + 2);
  EXPECT_LT(dead.down - start_cost(kDown), 2) << "though it goes on announcing the site";
  EXPECT_EQ(dead.used().hub, 0U) << "once it follows again";
}

TEST(Choosing, AHubWhoseKaidodRestartsMeanwhileIsNotLeft) {
  Case restart;
  restart.trouble(Kind::hub_restart, 99.8, 100.8).hub = 0;
  restart.trouble(Kind::cut, 100, 200, restart.uplink(0));
  const auto& run = restart.run();
  EXPECT_EQ(run.switches().size(), 1U);
  EXPECT_FALSE(restart.named(Trouble::claim_ignored));
}

}  // namespace
}  // namespace kaido::sim
