// A new configuration, and what of it is refused.
#include <gtest/gtest.h>

#include <set>

#include "world.hpp"

namespace kaido {
namespace {

using test::World;

TEST(Engine, AFullDiskLosesNothing) {
  World world;
  world.start_branch();
  auto other = test::branch();
  other.networks.pop_back();
  world.configuration.models["other"] = other;
  world.configuration.file = "old";
  world.configuration.full = true;

  const auto refused = world.apply("other");
  ASSERT_FALSE(refused);
  ASSERT_TRUE(std::holds_alternative<Error>(refused.error()));
  EXPECT_EQ(std::get<Error>(refused.error()).condition, Condition::config_not_written);
  EXPECT_EQ(world.configuration.file, "old");
  EXPECT_EQ(world.engine->networks().size(), 3U);
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
}

TEST(Engine, ARefusedConfigurationChangesNothing) {
  World world;
  world.start_branch();
  world.configuration.file = "old";
  const auto changes = world.stack.changes_applied();
  const auto refused = world.apply("no such");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(std::holds_alternative<Diagnostics>(refused.error()));
  world.settle();
  EXPECT_EQ(world.configuration.file, "old");
  EXPECT_EQ(world.stack.changes_applied(), changes);
  EXPECT_EQ(world.log.count("CONFIGURATION_REFUSED"), 1U);
}

TEST(Engine, AnApplyThatTheKernelNftablesOrCharonRefusedIsNoSuccess) {
  const auto other = [] {
    auto model = test::branch();
    model.networks[0].prefixes.push_back(test::net("10.70.0.0/16"));
    model.hubs[0].loopback.push_back(test::ip("10.50.255.201"));
    model.hubs[0].weak_esp_proposals = {"aes128-sha256"};
    return model;
  };
  const Error refusals[] = {{Condition::kernel_refused, "ENOSPC"},
                            {Condition::firewall_refused, "syntax error"},
                            {Condition::charon_refused, "load-conn: no"}};
  for (const auto& refusal : refusals) {
    World world;
    world.start_branch();
    world.configuration.models["other"] = other();
    if (refusal.condition == Condition::kernel_refused) world.stack.fail_next_change(refusal);
    if (refusal.condition == Condition::firewall_refused)
      for (int i = 0; i < 2; ++i)  // the change of elements, and then the look at the table
        world.firewall.fail_next(refusal);
    if (refusal.condition == Condition::charon_refused) world.ike.refuse_next(refusal);
    const auto applied = world.apply("other");
    ASSERT_FALSE(applied) << refusal.detail;
    ASSERT_TRUE(std::holds_alternative<Error>(applied.error()));
    EXPECT_EQ(std::get<Error>(applied.error()), refusal);
    EXPECT_EQ(world.configuration.file, "other") << "it is in force but for that";
    EXPECT_TRUE(world.apply("other")) << refusal.detail;
  }
}

TEST(Engine, AnApplyWithoutCharonIsNotWhole) {
  World world;
  world.start_branch();
  world.ike.stop_charon();
  world.settle();
  world.configuration.models["same"] = test::branch();
  const auto applied = world.apply("same");
  ASSERT_FALSE(applied);
  EXPECT_EQ(std::get<Error>(applied.error()).condition, Condition::charon_absent);
}

TEST(Engine, ADiffPreparesNothing) {
  World world;
  world.start_branch();
  world.configuration.models["same"] = test::branch();
  EXPECT_TRUE(world.engine->diff("same").value().empty());
  EXPECT_EQ(world.configuration.prepared, 0) << "only what is applied may make keys";
  ASSERT_TRUE(world.apply("same"));
  EXPECT_EQ(world.configuration.prepared, 1);
}

TEST(Engine, WhatOnlyARestartCanChangeIsRefused) {
  World world;
  world.start_branch();
  world.configuration.file = "old";
  world.configuration.models["role"] = test::hub();
  auto elsewhere = test::branch();
  elsewhere.ike_socket = "/run/other.vici";
  world.configuration.models["socket"] = elsewhere;
  for (const auto* wish : {"role", "socket"}) {
    const auto applied = world.apply(wish);
    ASSERT_FALSE(applied) << wish;
    const auto why = std::get<Error>(applied.error());
    EXPECT_EQ(why.condition, Condition::needs_restart);
    EXPECT_NE(why.detail.find(wish), std::string::npos);
  }
  EXPECT_EQ(world.configuration.file, "old");
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
}

TEST(Engine, ApplyTouchesOnlyWhatChanged) {
  World world;
  world.start(test::hub());
  auto more = test::hub();
  more.sites.push_back({.name = "kobe",
                        .number = 9,
                        .domain = "kobe.example",
                        .prefixes = {test::net("10.1.9.0/24")},
                        .ikev2 = false,
                        .slots = {{1, test::key(14)}}});
  world.configuration.models["more"] = more;
  const auto peers = world.wireguard.peers_written();
  const auto loads = world.ike.loads();
  const auto applied = world.apply("more");
  ASSERT_TRUE(applied);
  EXPECT_FALSE(applied->empty());
  world.settle();
  EXPECT_EQ(world.wireguard.peers_written(), peers + 1);
  EXPECT_EQ(world.ike.loads(), loads);
}

TEST(Engine, TrafficLeavesAPathBeforeAConfigurationRemovesIt) {
  World world;
  world.start_branch();
  ASSERT_EQ(world.engine->networks().front().tunnel, "tokyo/a:isp1/ikev2");
  const auto device = [&] {
    std::set<std::string> devices;
    for (const auto& nexthop : world.stack.state().nexthops) devices.insert(nexthop.device);
    return devices;
  };
  const auto old = site_device(Transport::ikev2, 1);
  ASSERT_TRUE(device().contains(old));
  auto less = test::branch();
  less.slots.erase(less.slots.begin());
  world.configuration.models["less"] = less;
  bool over = false;
  world.engine->apply("less", [&](const auto& done) { over = done.has_value(); });
  EXPECT_FALSE(device().contains(old)) << "the new one is in use at once";
  world.settle();
  EXPECT_FALSE(over);
  EXPECT_NE(world.stack.find_link(old), nullptr) << "what is under way still arrives";
  EXPECT_EQ(world.ike.sas().size(), 2U);
  EXPECT_EQ(world.log.count("NETWORK_SWITCHED", "corp: withdrawn: tokyo/a:isp1/ikev2"), 1U);
  ASSERT_TRUE(world.until([&] { return over; }));
  EXPECT_EQ(world.stack.find_link(old), nullptr);
  EXPECT_EQ(world.log.count("NETWORK_SWITCHED", "corp: "), 2U) << "the first choice, and this";
}

TEST(Engine, ASecondConfigurationComesAfterTheFirst) {
  World world;
  world.start_branch();
  auto less = test::branch();
  less.slots.erase(less.slots.begin());
  world.configuration.models["less"] = less;
  world.configuration.models["all"] = test::branch();
  bool first = false;
  world.engine->apply("less", [&](const auto& done) { first = done.has_value(); });
  ASSERT_FALSE(first);
  ASSERT_TRUE(world.apply("all"));
  EXPECT_TRUE(first);
  EXPECT_EQ(world.engine->paths().size(), 5U);
}

TEST(Engine, ADeviceIsEmptiedWhenNothingUsesItAnyMore) {
  World world;
  world.start(test::branch());
  world.handshake(2, test::key(1));  // nothing else is up
  world.engine->set_enabled("tokyo/a", false, [](const auto&) {});
  world.engine->set_enabled("tokyo/b:isp2/ikev2", false, [](const auto&) {});
  ASSERT_TRUE(world.until(
      [&] { return world.engine->networks().front().tunnel == "tokyo/b:isp2/wireguard"; }));
  const auto old = site_device(Transport::wireguard, 2);
  auto less = test::branch();
  less.slots.erase(less.slots.begin() + 1);
  world.configuration.models["less"] = less;
  bool used = false;
  world.wireguard.on_write = [&](const WireGuardChange& change) {
    if (change.device != old) return;
    for (const auto& nexthop : world.stack.state().nexthops) used |= nexthop.device == old;
  };
  ASSERT_TRUE(world.apply("less"));
  EXPECT_EQ(world.stack.find_link(old), nullptr);
  EXPECT_FALSE(used);
}

}  // namespace
}  // namespace kaido
