// The sentences that explain a decision.
#include "engine/messages.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "core/failover/choice.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/outlook.hpp"
#include "core/tunnels/machine.hpp"
#include "kaido/stamp.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;

PathFigures good() {
  return {.name = "tokyo/b:isp2/ikev2",
          .health = Health::good,
          .measured = true,
          .round_trip = 8300us,
          .loss = 0.004,
          .size = 1418,
          .cost = 12.3};
}

PathFigures silent() {
  return {.name = "tokyo/a:isp1/ikev2",
          .health = Health::down,
          .measured = true,
          .silence = 151ms,
          .limit = 150ms};
}

TEST(Sentences, ASwitchIsExplainedByTheFiguresOfBothPaths) {
  EXPECT_EQ(describe({.rule = ChoiceRule::path_down, .before = silent(), .after = good()}),
            "tokyo/a:isp1/ikev2: no answer for 151 ms (limit 150 ms); tokyo/b:isp2/ikev2: 8.3 ms, "
            "0.4 % lost, 1418 bytes pass, cost 12");
}

TEST(Sentences, AClaimIsToldByItsAgeAndItsPath) {
  EXPECT_EQ(describe(stamp::Claim{.epoch = 17, .generation = 3, .transport = 2, .slot = 4}),
            "claim 17.3 by slot 4, wireguard");
  EXPECT_EQ(describe(stamp::Claim{.epoch = 17, .generation = 3}), "claim 17.3 of no path");
  EXPECT_EQ(describe(stamp::Claim{
                .epoch = 17, .generation = 3, .transport = 1, .slot = 4, .outranks = true}),
            "claim 17.3 by slot 4, ikev2, ahead of a hub that was left and has not heard of it");
}

TEST(Sentences, OfAPathThatNobodyMeasuresOnlyItsTunnelIsTold) {
  PathFigures path{.name = "plain/a:isp1/wireguard", .health = Health::good};
  EXPECT_EQ(describe({.after = path}), "plain/a:isp1/wireguard: its tunnel is up");
  path.health = Health::unusable;
  EXPECT_EQ(describe({.rule = ChoiceRule::none_left, .before = path}),
            "plain/a:isp1/wireguard: its tunnel is down");
}

TEST(Sentences, OfWhatWasAdoptedOnlyTheNameIsKnown) {
  EXPECT_EQ(describe({.rule = ChoiceRule::adopted, .after = PathFigures{.name = "tokyo/a"}}),
            "tokyo/a");
}

TEST(Sentences, AnOutlookSaysWhatWouldChangeTheChoice) {
  EXPECT_EQ(describe(Outlook{}, "corp"), "the first path that is proved will be used");
  Outlook outlook{.used = "a", .measured = true, .limit = 150ms, .margin = 10};
  EXPECT_EQ(describe(outlook, "corp"),
            "a is left after 150 ms of silence, when it is outside the limits and another is "
            "inside, or when another is cheaper by 10 for long enough");
  outlook.next = "b";
  outlook.wait = 48s;
  EXPECT_EQ(describe(outlook, "corp"),
            "b will be used in 48 s if it stays good; a is left at once after 150 ms of silence");
  outlook.pinned = true;
  EXPECT_EQ(describe(outlook, "corp"),
            "a was asked for: it stays until it fails or `kaido switch corp`");
}

TEST(Sentences, ANarrowPathSaysWhatPassesAndWhetherTheRestGoesInFragments) {
  EXPECT_EQ(describe_size("tokyo/a:isp1/ikev2", {}), "tokyo/a:isp1/ikev2") << "not known yet";
  EXPECT_EQ(describe_size("tokyo/a:isp1/ikev2", {.size = 1216}),
            "tokyo/a:isp1/ikev2, 1216 bytes pass");
  EXPECT_EQ(describe_size("tokyo/a:isp1/wireguard", {.size = 1216, .fragments = true}),
            "tokyo/a:isp1/wireguard, 1216 bytes pass, larger ones in fragments");
}

TEST(Sentences, APathWithoutProbesIsNotSaidToBeLeftForSilence) {
  EXPECT_EQ(describe(Outlook{.used = "a", .margin = 10}, "corp"),
            "a is left when its tunnel goes, when it is outside the limits and another is inside, "
            "or when another is cheaper by 10 for long enough");
}

}  // namespace
}  // namespace kaido
