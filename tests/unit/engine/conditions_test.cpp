// What is raised as a condition, and when it ends.
#include <gtest/gtest.h>

#include "world.hpp"

namespace kaido {
namespace {

using test::World;

TEST(Engine, WhatCouldNotBeRememberedIsSavedWhenThereIsRoomAgain) {
  World world;
  world.start_branch();
  world.store.full = true;
  world.engine->set_enabled("plain", false, [](const auto&) {});
  world.settle();
  EXPECT_TRUE(world.has(Condition::state_not_written, "store"));
  EXPECT_TRUE(world.store.content.disabled.empty());
  world.store.full = false;
  EXPECT_TRUE(world.until([&] { return !world.store.content.disabled.empty(); }));
  EXPECT_FALSE(world.has(Condition::state_not_written, "store"));
}

TEST(Engine, ACertificateThatIsOutOfDateIsAConditionAndWireGuardRuns) {
  World world;
  const auto model = test::branch();
  auto identities = test::identities_of(model);
  identities.validity = {{"the certificate", 1, 2}};
  world.start(model, identities);
  world.handshakes();
  EXPECT_TRUE(world.has(Condition::tunnel_certificate_expired, "identity"));
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }));
  world.configuration.models["renewed"] = test::branch();
  ASSERT_TRUE(world.apply("renewed"));
  EXPECT_FALSE(world.has(Condition::tunnel_certificate_expired, "identity"));
}

TEST(Engine, ConditionsAreRaisedOnceAndCleared) {
  World world;
  world.start_branch();
  const auto raised = world.log.count("CONDITION_RAISED", "uplink isp1");
  world.stack.set_carrier("eth1", false);
  world.settle();
  for (int i = 0; i < 3; ++i) {
    world.stack.notify();
    world.settle();
  }
  EXPECT_EQ(world.log.count("CONDITION_RAISED", "uplink isp1"), raised + 1);
  const auto cleared = world.log.count("CONDITION_CLEARED", "uplink isp1");
  world.stack.set_carrier("eth1", true);
  world.settle();
  EXPECT_EQ(world.log.count("CONDITION_CLEARED", "uplink isp1"), cleared + 1);
}

TEST(Engine, ATunnelThatIsTriedInVainIsACondition) {
  World world;
  world.ike.set_outcome("kaido-tokyo-a-s1",
                        {.up = false, .log = {"received AUTHENTICATION_FAILED notify error"}});
  world.start(test::branch());
  world.handshakes();
  ASSERT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 4; }));
  const std::string subject = "tunnel tokyo/a:isp1/ikev2";
  ASSERT_TRUE(world.until([&] { return world.has(Condition::tunnel_refused, subject); }));
  for (const auto& report : world.engine->status().conditions) {
    EXPECT_EQ(report.subject, subject);
    EXPECT_EQ(report.error.severity(), Severity::warning) << "corp goes by another";
  }
  world.ike.set_outcome("kaido-tokyo-a-s1", {.up = true, .log = {}});
  EXPECT_TRUE(world.until([&] { return world.engine->status().conditions.empty(); }));
}

TEST(Engine, IpsecIsSaidToBeBlockedOnlyOnceItWasTried) {
  World world;
  world.probing = true;
  std::vector<std::string> connections;
  for (const auto* name : {"kaido-tokyo-a-s1", "kaido-tokyo-b-s2"}) {
    world.ike.set_outcome(name, {.up = false, .log = {}});  // under way
    connections.emplace_back(name);
  }
  world.start(test::branch());
  world.handshakes();
  ASSERT_TRUE(world.until([&] {
    return std::ranges::count(world.engine->paths(), std::string("good"), &PathReport::health) > 0;
  }));
  EXPECT_FALSE(world.has(Condition::ipsec_blocked, "ipsec"));
  for (const auto& name : connections)
    world.ike.emit(IkeLogLine{name, 0, "retransmit 1 of request with message ID 0"});
  EXPECT_TRUE(world.until([&] { return world.has(Condition::ipsec_blocked, "ipsec"); }));
}

TEST(Engine, WithoutCharonThereIsOneConditionAndNotOneForEachTunnel) {
  World world;
  world.start_branch();
  world.ike.stop_charon();
  world.settle();
  EXPECT_TRUE(world.has(Condition::charon_absent, "charon"));
  for (const auto& report : world.engine->status().conditions)
    EXPECT_FALSE(report.subject.starts_with("tunnel ")) << report.subject;
}

TEST(Engine, TheConditionsOfWhatIsNoLongerConfiguredGo) {
  World world;
  world.start_branch();
  world.stack.change(DeleteLink{"eth2"});
  world.settle();
  ASSERT_TRUE(world.has(Condition::uplink_missing, "uplink isp2"));
  auto one = test::branch();
  one.uplinks.pop_back();
  one.slots.erase(one.slots.begin() + 1);
  world.configuration.models["one"] = one;
  ASSERT_TRUE(world.apply("one"));
  world.settle();
  EXPECT_FALSE(world.has(Condition::uplink_missing, "uplink isp2"));
}

}  // namespace
}  // namespace kaido
