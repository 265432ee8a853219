// The troubles of the product, one by one, in a world where nothing else happens.
#include <gtest/gtest.h>

#include <limits>

#include "baselines.hpp"
#include "case.hpp"

namespace kaido::sim {
namespace {

TEST(Simulated, AStartIsQuickAndNothingHappensAfterIt) {
  Case still;
  const auto& run = still.run();
  EXPECT_LT(still.up, kStart);
  EXPECT_LT(still.down, kStart + 0.1);
  EXPECT_TRUE(run.switches().empty());
  EXPECT_EQ(still.used().name, "tokyo/a:isp1/ikev2");
}

TEST(Simulated, ACarrierThatIsCutIsLeftWithinTheBound) {
  Case cut;
  cut.trouble(Kind::cut, 100, 400, cut.uplink(0));
  const auto& run = cut.run();
  EXPECT_LE(cut.up - start_cost(kUp), kNear);
  EXPECT_LE(cut.down - start_cost(kDown), kNear);
  EXPECT_EQ(run.switches().size(), 1U) << "tokyo by the other carrier is as good";
  EXPECT_EQ(cut.used().hub, 0U);
}

TEST(Simulated, BlockedIpsecMovesToWireGuardAndComesBackWhenItHasStayedGood) {
  Case blocked;
  blocked.trouble(Kind::protocol, 100, 400, blocked.transport(Transport::ikev2));
  const auto& run = blocked.run();
  EXPECT_LE(blocked.up - start_cost(kUp), kNear);
  EXPECT_LE(blocked.down - start_cost(kDown), kNear);
  ASSERT_EQ(run.switches().size(), 2U);
  EXPECT_EQ(blocked.world.paths.at(*run.switches()[0].choice.to).spec.transport,
            Transport::wireguard);
  EXPECT_EQ(blocked.used().transport, Transport::ikev2);
  EXPECT_GT(run.switches()[1].choice.at, blocked.world.start + seconds(400 + 15));
}

TEST(Simulated, BlockedUdpIsNotNoticedOnIpsec) {
  Case blocked;
  blocked.trouble(Kind::protocol, 100, 400, blocked.transport(Transport::wireguard));
  EXPECT_TRUE(blocked.run().switches().empty());
}

TEST(Simulated, AnUploadThatDiesIsNamed) {
  Case half;
  half.trouble(Kind::one_way, 100, 400, half.uplink(0)).direction = {true, false};
  half.run();
  EXPECT_LE(half.up - start_cost(kUp), kNear);
  EXPECT_LE(half.down - start_cost(kDown), 0.01) << "downloads go on until traffic moves";
  EXPECT_TRUE(half.named(Trouble::upload_dead));
  EXPECT_FALSE(half.named(Trouble::download_dead));
}

TEST(Simulated, ADownloadThatDiesIsNamed) {
  Case half;
  half.trouble(Kind::one_way, 100, 400, half.uplink(0)).direction = {false, true};
  half.run();
  EXPECT_LE(half.up - start_cost(kUp), 0.01);
  EXPECT_LE(half.down - start_cost(kDown), kNear);
  EXPECT_TRUE(half.named(Trouble::download_dead));
  EXPECT_FALSE(half.named(Trouble::upload_dead));
}

TEST(Simulated, DataThatDiesBehindAnIkeThatLivesIsNoticed) {
  Case dead;
  dead.trouble(Kind::tunnel, 100, 400, 1);
  auto& run = dead.run();
  EXPECT_LE(dead.up - start_cost(kUp), kNear);
  EXPECT_GE(run.repairs(), 1U);
  EXPECT_LE(run.repairs(), 12U) << "with growing back-off";
}

TEST(Simulated, ASizeBlackHoleIsFollowedWithinThreeSeconds) {
  Case hole;
  auto& fault = hole.trouble(Kind::size_hole, 100, 1000, hole.world.all_paths());
  fault.loss = 0;
  fault.size = 1350;
  const auto& run = hole.run();
  EXPECT_LE(run.figures().size[kUp], 3.0);
  EXPECT_LE(run.figures().size[kDown], 3.0);
  EXPECT_TRUE(hole.named(Trouble::size_limited));
  EXPECT_TRUE(run.switches().empty()) << "1280 bytes pass everywhere";
  EXPECT_EQ(run.site().paths[0].size, run.site().plan.paths[0].full_size) << "after it has healed";
}

TEST(Simulated, AHoleOnTheStandbyIsFollowedRightAfterTheSwitch) {
  Case hole;
  auto& fault = hole.trouble(Kind::size_hole, 99.9, 1000, hole.uplink(1));
  fault.loss = 0;
  fault.size = 1350;
  hole.trouble(Kind::cut, 100, 400, hole.uplink(0));
  const auto& run = hole.run();
  EXPECT_LE(run.figures().size[kUp], 1.0);
  EXPECT_LE(run.figures().size[kDown], 1.0);
}

TEST(Simulated, AHoleIsFollowedRightAfterTrafficBegins) {
  Case hole;
  hole.trouble(Kind::idle, 50, 100);
  auto& fault = hole.trouble(Kind::size_hole, 99.9, 1000, hole.world.all_paths());
  fault.loss = 0;
  fault.size = 1350;
  const auto& run = hole.run();
  EXPECT_LE(run.figures().size[kUp], 1.0);
}

TEST(Simulated, APathThatLosesAllOver1280BytesIsLeft) {
  Case hole;
  auto& fault = hole.trouble(Kind::size_hole, 100, 1000, hole.uplink(0));
  fault.loss = 0;
  fault.size = 1200;
  const auto& run = hole.run();
  EXPECT_LE(run.figures().size[kUp], 3.0);
  ASSERT_FALSE(run.switches().empty());
  EXPECT_EQ(hole.world.paths.at(*run.switches()[0].choice.to).spec.uplink, 1U);
}

TEST(Simulated, WhereNothingPasses1280BytesFragmentsDo) {
  Case hole;
  auto& fault = hole.trouble(Kind::size_hole, 100, 1000, hole.world.all_paths());
  fault.loss = 0;
  fault.size = 1200;
  const auto& run = hole.run();
  EXPECT_LE(run.figures().size[kUp], 6.0) << "with the moments in which full size is tried again";
  EXPECT_LE(run.figures().size[kDown], 6.0);
  ASSERT_FALSE(run.switches().empty());
  EXPECT_EQ(hole.world.paths.at(*run.switches()[0].choice.to).spec.transport, Transport::wireguard)
      << "the kernel does not fragment ESP";
  EXPECT_LE(run.switches()[0].choice.at - hole.world.start, seconds(100.5))
      << "not when the sizes of all paths are known";
  EXPECT_LE(run.switches().size(), 2U) << "there, and back when it has healed";
  EXPECT_EQ(run.site().paths[0].size, run.site().plan.paths[0].full_size) << "after it has healed";
}

TEST(Simulated, AHoleThatNarrowsIsFollowedAgain) {
  Case hole;
  for (const auto& [from, size] : {std::pair{100.0, 1380}, {110.0, 1330}, {120.0, 1290}}) {
    auto& fault = hole.trouble(Kind::size_hole, from, 1000, hole.world.all_paths());
    fault.loss = 0;
    fault.size = static_cast<std::uint16_t>(size);
  }
  const auto& run = hole.run();
  EXPECT_LE(run.figures().size[kUp], 3.0) << "three times";
  EXPECT_LE(run.figures().size[kDown], 3.0);
  EXPECT_TRUE(run.switches().empty()) << "1280 bytes pass everywhere";
  EXPECT_EQ(run.site().paths[0].size, run.site().plan.paths[0].full_size) << "after it has healed";
}

TEST(Simulated, AHoleThatNarrowsBelow1280IsFollowedInFragments) {
  Case hole;
  for (const auto& [from, size] : {std::pair{100.0, 1200}, {150.0, 900}, {200.0, 516}}) {
    auto& fault = hole.trouble(Kind::size_hole, from, 1000, hole.world.all_paths());
    fault.loss = 0;
    fault.size = static_cast<std::uint16_t>(size);
  }
  const auto& run = hole.run();
  EXPECT_LE(run.figures().size[kUp], 12.0) << "with the moments in which 1280 is tried whole";
  EXPECT_LE(run.switches().size(), 2U) << "to WireGuard, and back when it has healed";
  EXPECT_EQ(run.site().paths[0].size, run.site().plan.paths[0].full_size) << "after it has healed";
}

TEST(Simulated, WhereNotEvenFragmentsPassTheNetworkDoesNotWalkThroughAllPaths) {
  Case hole;
  auto& fault = hole.trouble(Kind::size_hole, 100, 1000, hole.world.all_paths());
  fault.loss = 0;
  fault.size = 400;
  const auto& run = hole.run();
  EXPECT_LE(run.switches().size(), 4U) << "WireGuard by each carrier, and back";
  EXPECT_EQ(run.site().paths[0].size, run.site().plan.paths[0].full_size) << "after it has healed";
}

TEST(Simulated, AHoleInOneDirectionIsFollowedInBoth) {
  for (const auto direction : {kUp, kDown}) {
    Case hole;
    auto& fault = hole.trouble(Kind::size_hole, 100, 1000, hole.world.all_paths());
    fault.loss = 0;
    fault.size = 1350;
    fault.direction = {direction == kUp, direction == kDown};
    const auto& run = hole.run();
    EXPECT_LE(run.figures().size[direction], 1.0) << direction;
    EXPECT_TRUE(hole.named(Trouble::size_limited)) << direction;
    EXPECT_TRUE(run.switches().empty()) << direction;
  }
}

TEST(Simulated, AnEveningCostsTwoSwitchesAtMost) {
  for (const double share : {0.03, 0.08, 0.15}) {
    Case evening(4);
    for (double at = 600; at < 4200; at += 400) {
      auto& fault = evening.trouble(Kind::evening, at, at + 250, evening.uplink(0));
      fault.loss = 0.7;
      fault.bad_share = share / fault.loss;
      fault.delay = std::chrono::milliseconds(40);
    }
    const auto& run = evening.run();
    EXPECT_LE(run.switches().size(), 2U) << share;
    EXPECT_EQ(run.figures().false_switches, 0U) << share;
    EXPECT_LE(run.figures().quality[kUp], 60) << "seconds on the poor line, of " << 9 * 250;
  }
}

TEST(Simulated, LinesThatAreAllAsLossyDoNotTakeTurns) {
  for (const double share : {0.03, 0.06, 0.15}) {
    Case noise(2);
    noise.trouble(Kind::noise, 100, 6000, noise.world.all_paths()).loss = share;
    EXPECT_TRUE(noise.run().switches().empty()) << share;

    Case evening(2);
    for (double at = 100; at < 6000; at += 600) {
      for (const std::size_t uplink : {0U, 1U}) {
        auto& fault = evening.trouble(Kind::evening, at, at + 590, evening.uplink(uplink));
        fault.loss = 0.7;
        fault.bad_share = share / fault.loss;
      }
    }
    EXPECT_LE(evening.run().switches().size(), 8U)
        << share << ", in 100 minutes; the longest bursts look like the death of a line";
  }
}

TEST(Simulated, LinesThatAreAllAboutAsSlowDoNotTakeTurns) {
  for (const int mean : {5, 20, 40}) {
    Case slow(1);
    for (auto& path : slow.world.paths) {
      path.jitter = {std::chrono::milliseconds(mean), std::chrono::milliseconds(mean)};
    }
    // Tokyo is then about as far away as the limit allows, by either line.
    auto& fault = slow.trouble(Kind::detour, 100, 3000, slow.world.all_paths());
    fault.loss = 0;
    fault.delay = std::chrono::milliseconds(197 - mean);
    EXPECT_LE(slow.run().switches().size(), 3U) << mean << ": so long a jump is a silence first";
  }
}

TEST(Simulated, AHubWhoseLinesLoseAboutAsMuchAsIsAllowedIsNotLeftAgainAndAgain) {
  for (const double share : {0.018, 0.02, 0.0225, 0.025, 0.03}) {
    Case noise(2);
    noise.trouble(Kind::noise, 100, 6000, noise.hub(0)).loss = share;
    EXPECT_LE(noise.run().switches().size(), 4U) << share << ", in 98 minutes";
  }
}

TEST(Simulated, AHubThatDiesIsLeftAndUsedAgain) {
  Case dies(2);
  auto& fault = dies.trouble(Kind::hub_reboot, 100, 160, dies.hub(0));
  fault.hub = 0;
  const auto& run = dies.run();
  EXPECT_LE(dies.up - start_cost(kUp), kNear);
  EXPECT_LE(dies.down - start_cost(kDown), kNear + 0.2) << "core follows within BFD's time";
  EXPECT_LE(run.switches().size(), 3U) << "its tunnels come back one by one";
  EXPECT_EQ(dies.used().hub, 0U);
}

TEST(Simulated, WhenEverythingIsSilentTheLastRouteStays) {
  Case silent;
  silent.trouble(Kind::cut, 100, 130, silent.world.all_paths());
  const auto& run = silent.run();
  EXPECT_TRUE(run.switches().empty());
  EXPECT_LE(silent.up - start_cost(kUp), 30.05) << "it works again as soon as the line does";
}

TEST(Simulated, ALinkThatGoesDownActsAtOnce) {
  Case down;
  down.trouble(Kind::link_down, 100, 200, down.uplink(0));
  const auto& run = down.run();
  EXPECT_EQ(run.switches().size(), 1U);
  EXPECT_LE(down.up - start_cost(kUp), 0.001);
  EXPECT_LE(down.down - start_cost(kDown), 0.05);
}

TEST(Simulated, AStallOfOurMachineDropsNothing) {
  Case stall;
  for (int i = 0; i < 50; ++i) {
    stall.trouble(Kind::site_stall, 100 + (i * 5.3), 100 + (i * 5.3) + 0.04 * (i + 1));
  }
  const auto& run = stall.run();
  EXPECT_TRUE(run.switches().empty());
  EXPECT_DOUBLE_EQ(stall.up, start_cost(kUp));
  EXPECT_DOUBLE_EQ(stall.down, start_cost(kDown));
}

TEST(Simulated, AHubThatIsShortOfCpuIsNotLeft) {
  Case stall;
  for (int i = 0; i < 50; ++i) {
    stall.trouble(Kind::hub_stall, 100 + (i * 5.3), 100 + (i * 5.3) + 0.04 * (i + 1));
  }
  const auto& run = stall.run();
  EXPECT_TRUE(run.switches().empty());
  EXPECT_DOUBLE_EQ(stall.up, start_cost(kUp));
  EXPECT_DOUBLE_EQ(stall.down, start_cost(kDown));
}

TEST(Simulated, ASilentReflectorIsNotADeadPath) {
  Case gone;
  gone.trouble(Kind::reflector_gone, 100, 160);
  const auto& run = gone.run();
  EXPECT_TRUE(run.switches().empty());
  EXPECT_TRUE(gone.named(Trouble::reflector_silent));
  EXPECT_DOUBLE_EQ(gone.up, start_cost(kUp));
  EXPECT_DOUBLE_EQ(gone.down, start_cost(kDown));
}

TEST(Simulated, ADeathBehindASilentReflectorIsNoticed) {
  Case gone;
  gone.trouble(Kind::reflector_gone, 100, 160);
  gone.trouble(Kind::cut, 130, 200, gone.uplink(0));
  const auto& run = gone.run();
  EXPECT_LE(gone.up - start_cost(kUp), kNear);
  EXPECT_LE(gone.down - start_cost(kDown), kNear + 0.2);
  EXPECT_LE(run.switches().size(), 3U);
}

TEST(Simulated, APartitionBetweenHubsCostsNothing) {
  Case apart;
  auto& fault = apart.trouble(Kind::partition, 100, 400);
  fault.hub = 0;
  fault.other = 1;
  EXPECT_TRUE(apart.run().switches().empty());
  EXPECT_DOUBLE_EQ(apart.down, start_cost(kDown));
}

TEST(Simulated, AMoveToAnotherHubDuringAPartitionMakesNoLoop) {
  Case apart(2);
  auto& fault = apart.trouble(Kind::partition, 100, 400);
  fault.hub = 0;
  fault.other = 1;
  apart.trouble(Kind::cut, 200, 300, apart.hub(0));
  const auto& run = apart.run();  // the invariant is watched
  EXPECT_LE(run.switches().size(), 3U);
  EXPECT_EQ(apart.used().hub, 0U);
  EXPECT_LE(apart.down - start_cost(kDown), kNear + 0.4) << "the hold, and routing";
  EXPECT_LE(apart.up - start_cost(kUp), kNear);
}

TEST(Simulated, AClockThatJumpsIsNotNoticed) {
  for (const auto jump : {-3600.0, -0.2, 0.2, 3600.0}) {
    Case clock;
    for (std::uint32_t gateway = 0; gateway <= kHubs; ++gateway) {
      auto& fault = clock.trouble(Kind::clock_jump, 100 + gateway, 100 + gateway);
      fault.hub = gateway;
      fault.delay = seconds(jump);
    }
    EXPECT_TRUE(clock.run().switches().empty()) << jump;
    EXPECT_DOUBLE_EQ(clock.up, start_cost(kUp)) << jump;
  }
}

TEST(Simulated, ARestartOfEitherKaidodCostsNothing) {
  Case restart;
  restart.trouble(Kind::site_restart, 100, 101.5);
  restart.trouble(Kind::hub_restart, 200, 202);
  restart.trouble(Kind::site_restart, 300, 300.4);
  restart.trouble(Kind::hub_restart, 299.9, 300.2);
  EXPECT_TRUE(restart.run().switches().empty());
  EXPECT_DOUBLE_EQ(restart.up, start_cost(kUp));
  EXPECT_DOUBLE_EQ(restart.down, start_cost(kDown));
}

TEST(Simulated, AKaidodOfTheSiteThatIsAwayForLongCostsNothing) {
  Case away;
  away.trouble(Kind::site_restart, 100, 1900);
  away.trouble(Kind::hub_restart, 300, 302);
  EXPECT_TRUE(away.run().switches().empty());
  EXPECT_DOUBLE_EQ(away.up, start_cost(kUp));
  EXPECT_DOUBLE_EQ(away.down, start_cost(kDown))
      << "its tunnels live, also for a hub that restarts";
}

TEST(Simulated, AKaidodThatComesBackLeavesAPathThatHasDiedMeanwhile) {
  Case cut;
  cut.trouble(Kind::site_restart, 100, 102);
  cut.trouble(Kind::cut, 100.5, 400, cut.uplink(0));
  cut.run();
  EXPECT_LE(cut.up - start_cost(kUp), 1.5 + 1.1) << "it knows nothing of any round trip";
  EXPECT_LE(cut.down - start_cost(kDown), 1.5 + 1.1);
}

TEST(Simulated, ACutWhileNothingFlowsIsRepairedBeforeItHurts) {
  Case idle;
  idle.trouble(Kind::idle, 50, 300);
  idle.trouble(Kind::cut, 100, 600, idle.uplink(0));
  const auto& run = idle.run();
  ASSERT_EQ(run.switches().size(), 1U);
  const auto left = run.switches()[0].choice.at - idle.world.start;
  EXPECT_LT(left, std::chrono::milliseconds(102'200)) << "a beat to ask, one to see, and proof";
  EXPECT_DOUBLE_EQ(idle.up, start_cost(kUp));
}

TEST(Simulated, ALineThatPausesEveryTwoMinutesIsNotLeftEachTime) {
  Case handover(2);
  for (int i = 1; i < 55; ++i) {  // as a mobile line does when it changes cells
    handover.trouble(Kind::blip, 120.0 * i, (120.0 * i) + 0.3, handover.uplink(i % 2 == 0 ? 0 : 1));
  }
  const auto& run = handover.run();
  EXPECT_LE(run.switches().size(), 4U);
}

TEST(Simulated, ABudgetSlowsMeasuringDownOnceItIsSpent) {
  Case free(3);
  const auto without = free.run().figures().probes;
  Case metered(3);
  metered.world.budgets = {{.uplink = "isp1", .rate = 400}, {.uplink = "isp2", .rate = 400}};
  metered.trouble(Kind::cut, 9000, 9100, metered.uplink(0));
  const auto& run = metered.run();
  EXPECT_LT(run.figures().probes, without / 3);
  const auto& budget = run.site().budgets.at(0);
  EXPECT_TRUE(budget.spent);
  EXPECT_GT(budget.left, -100'000) << "of 35 MB a day";
  EXPECT_LE(metered.up, 10) << "a silence is noticed later, and then as fast as ever";
}

/// A hub's claims, by hand.
struct Claims {
  Claims() {
    state.own_number = 101;
    state.sites.resize(1);
  }
  /// `unheard`: seconds for which the reflector has not heard the claim in force.
  ClaimVerdict hear(const stamp::Claim& claim, double at, double unheard = 0) {
    return apply_claim(state, 0, claim, std::chrono::milliseconds(static_cast<int>(1000 * unheard)),
                       now(at));
  }
  [[nodiscard]] Return route(double at, bool over = false) const {
    return return_route(state.sites[0], over, now(at));
  }
  [[nodiscard]] static Instant now(double at) { return Instant(seconds(1000 + at)); }
  static stamp::Claim claim(std::uint64_t epoch, std::uint32_t generation, std::uint8_t slot) {
    return {.epoch = epoch,
            .generation = generation,
            .hub = 101,
            .transport = 1,
            .slot = slot,
            .carries = true};
  }
  ClaimsState state;
};

TEST(Claims, TheNewestWinsAndAReplayedGenerationMovesNothing) {
  Claims hub;
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 1), 0), ClaimVerdict::applied);
  EXPECT_EQ(hub.hear(Claims::claim(5, 2, 2), 1), ClaimVerdict::applied);
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 1), 2), ClaimVerdict::older);
  EXPECT_EQ(hub.hear(Claims::claim(4, 9, 3), 3), ClaimVerdict::older);
  EXPECT_EQ(hub.state.sites[0].claim->slot, 2);
  EXPECT_EQ(hub.hear(Claims::claim(6, 0, 3), 4), ClaimVerdict::applied) << "a new life of kaidod";
}

TEST(Claims, OfATieTheFirstStays) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 2), 1), ClaimVerdict::tie);
  EXPECT_EQ(hub.state.sites[0].claim->slot, 1);
}

TEST(Claims, AClaimForAnotherHubIsRefused) {
  Claims hub;
  auto claim = Claims::claim(5, 1, 1);
  claim.hub = 102;
  EXPECT_EQ(hub.hear(claim, 0), ClaimVerdict::other_hub);
  EXPECT_FALSE(hub.route(0).announce);
}

TEST(Claims, AStaleClaimLingersAsTheLastResortWhileItsTunnelLives) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  EXPECT_TRUE(mark_silent(hub.state, 0, Claims::now(10)));
  for (const double at : {10.0, 100'000.0}) {
    EXPECT_TRUE(hub.route(at).deliver);
    EXPECT_TRUE(hub.route(at).stale);
    EXPECT_FALSE(hub.route(at).announce);
  }
  EXPECT_FALSE(hub.route(11, true).deliver);
  EXPECT_FALSE(hub.route(11, true).stale);
  EXPECT_FALSE(hub.route(11, true).own);
}

TEST(Claims, WhatWasAdoptedStandsUntilItIsKnownThatNobodySpeaksForIt) {
  Claims hub;
  adopt_claim(hub.state, 0, Claims::claim(9, 9, 1), true, Claims::now(0));
  EXPECT_TRUE(hub.route(1).announce);
  mark_adopted_silent(hub.state, Claims::now(2));
  EXPECT_TRUE(hub.route(2).stale);
  EXPECT_EQ(hub.hear(Claims::claim(1, 1, 2), 3), ClaimVerdict::applied) << "whatever it says";
  mark_adopted_silent(hub.state, Claims::now(4));
  EXPECT_TRUE(hub.route(4).announce);
}

TEST(Claims, WhatWasTheLastResortIsAdoptedAsThat) {
  Claims hub;
  adopt_claim(hub.state, 0, Claims::claim(9, 9, 1), false, Claims::now(0));
  EXPECT_TRUE(hub.route(1).stale);
  EXPECT_FALSE(hub.route(1).announce);
}

TEST(Claims, OneThatOutranksOthersDoesSoUntilItSaysOtherwiseOrIsSilent) {
  Claims hub;
  auto claim = Claims::claim(5, 1, 1);
  claim.outranks = true;
  hub.hear(claim, 0);
  EXPECT_TRUE(hub.route(0).outranks);
  mark_silent(hub.state, 0, Claims::now(1));
  EXPECT_FALSE(hub.route(1).outranks);
  hub.hear(claim, 2);
  claim.outranks = false;
  EXPECT_EQ(hub.hear(claim, 3), ClaimVerdict::applied) << "no other generation is needed";
  EXPECT_TRUE(hub.route(3).announce);
  EXPECT_FALSE(hub.route(3).outranks);
}

TEST(Claims, ASiteThatIsHeardAgainIsAnnouncedAgain) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  mark_silent(hub.state, 0, Claims::now(10));
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 1), 12), ClaimVerdict::applied);
  EXPECT_TRUE(hub.route(12).announce);
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 1), 13), ClaimVerdict::unchanged);
}

TEST(Claims, WhileTheReflectorIsAwayNobodyIsGivenUp) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  reflector_away(hub.state, Claims::now(10));
  EXPECT_TRUE(hub.route(500).stale);
  reflector_back(hub.state, Claims::now(500));
  EXPECT_TRUE(hub.route(500).stale);
  EXPECT_EQ(hub.hear(Claims::claim(4, 1, 1), 501), ClaimVerdict::older) << "that was no silence";
}

TEST(Claims, ADepartureIsDeliveredForItsGrace) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  auto leaves = Claims::claim(5, 2, 1);
  leaves.carries = false;
  hub.hear(leaves, 10);
  EXPECT_FALSE(hub.route(10).announce);
  EXPECT_TRUE(hub.route(14).deliver);
  EXPECT_FALSE(hub.route(15.1).deliver);
}

TEST(Claims, ASiteThatLostItsClockIsHeardAfterAWhile) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  EXPECT_EQ(hub.hear(Claims::claim(1, 1, 2), 5, 5), ClaimVerdict::older);
  EXPECT_EQ(hub.hear(Claims::claim(1, 1, 2), 9, 8), ClaimVerdict::applied);
  EXPECT_EQ(hub.state.sites[0].claim->slot, 2);
}

TEST(Claims, AClaimThatNothingCanBeatIsForgottenByItsOwnSilence) {
  constexpr auto kFar = std::numeric_limits<std::uint64_t>::max();
  Claims hub;
  hub.hear(Claims::claim(kFar, 1, 0), 0);
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 1), 7.9, 7.9), ClaimVerdict::older)
      << "though the site is heard all the time";
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 1), 8, 8), ClaimVerdict::applied);
  EXPECT_TRUE(hub.route(8).announce);
}

TEST(Claims, OneThatWasThereFirstDoesNotStayForEver) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  EXPECT_EQ(hub.hear(Claims::claim(5, 1, 2), 9, 8), ClaimVerdict::applied);
  EXPECT_EQ(hub.state.sites[0].claim->slot, 2);
}

TEST(Claims, WhatIsForgottenLeavesTheSiteWhatLingersUntilSomethingElseIsHeard) {
  Claims hub;
  hub.hear(Claims::claim(5, 1, 1), 0);
  mark_silent(hub.state, 0, Claims::now(10));
  EXPECT_TRUE(hub.route(1000).stale);
}

TEST(Simulated, ARunIsReplayedExactly) {
  const World world = random_world(3, 3);
  const Network network(world);
  Simulation one(network);
  Simulation two(network);
  one.run();
  two.run();
  EXPECT_EQ(one.figures().probes, two.figures().probes);
  EXPECT_DOUBLE_EQ(one.figures().outage[kUp], two.figures().outage[kUp]);
  EXPECT_DOUBLE_EQ(one.figures().outage[kDown], two.figures().outage[kDown]);
}

}  // namespace
}  // namespace kaido::sim
