// Removing all that is Kaido's.
#include <gtest/gtest.h>

#include "world.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using test::World;

TEST(Engine, TeardownRemovesAllOfKaidosAndGivesBackWhatWas) {
  World world;
  world.stack.change(ReplaceRoute{{.destination = test::net("0.0.0.0/0"),
                                   .gateway = test::ip("192.168.1.1"),
                                   .device = "eth1",
                                   .protocol = 16}});
  world.stack.plug_in("lan");
  world.stack.change(AddAddress{{"lan", test::ip("10.1.7.1"), 24}});
  world.stack.change(AddRule{{.family = Family::v4, .priority = 5000, .table = 99, .protocol = 4}});
  world.ike.load_foreign("other");
  const auto links = world.stack.state().links.size();
  const auto rules = world.stack.state().rules;
  const auto routes = world.stack.state().routes;
  const auto forwarding = [&] {
    return world.stack.read({.sysctl_paths = {"ipv4/ip_forward"}}).value().sysctls.at(0).value;
  };
  ASSERT_EQ(forwarding(), "0");
  world.start_branch();
  ASSERT_EQ(forwarding(), "1");

  EXPECT_FALSE(world.tear_down().empty());
  world.settle();
  EXPECT_EQ(forwarding(), "0");
  EXPECT_EQ(world.stack.state().links.size(), links);
  EXPECT_EQ(world.stack.find_link("eth1")->master, "");
  EXPECT_TRUE(world.stack.state().nexthops.empty());
  for (const auto& rule : rules) EXPECT_EQ(std::ranges::count(world.stack.state().rules, rule), 1);
  EXPECT_EQ(world.stack.state().rules.size(), rules.size());
  EXPECT_EQ(world.stack.state().routes, routes);
  EXPECT_FALSE(world.firewall.table());
  EXPECT_EQ(world.ike.loaded(), std::vector<std::string>{"other"});
  EXPECT_TRUE(world.ike.sas().empty());
}

TEST(Engine, AfterTeardownNothingIsTriedAndNothingIsSaidToBeUp) {
  World world;
  world.start_branch();
  world.tear_down();
  world.settle();
  EXPECT_TRUE(world.has(Condition::torn_down, "kaido"));
  EXPECT_EQ(world.engine->status().tunnels_up, 0U);
  EXPECT_TRUE(world.engine->networks()[0].tunnel.empty());
  const auto trials = world.log.count("TUNNEL_TRYING");
  world.run_for(1500ms);
  EXPECT_EQ(world.log.count("TUNNEL_TRYING"), trials);
  EXPECT_TRUE(world.stack.state().nexthops.empty());
}

TEST(Engine, ApplyAfterTeardownMakesEverythingAgainAtOnce) {
  World world;
  world.start_branch();
  const auto links = world.stack.state().links.size();
  world.configuration.models["same"] = test::branch();
  world.tear_down();
  world.settle();
  ASSERT_TRUE(world.apply("same"));
  world.settle();
  world.handshakes();
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }, 3s));
  EXPECT_EQ(world.stack.state().links.size(), links);
  EXPECT_FALSE(world.has(Condition::torn_down, "kaido"));
}

TEST(Engine, ATeardownThatCouldNotReadTheKernelSaysSoAndCanBeRepeated) {
  World world;
  world.start_branch();
  world.stack.fail_next_read({Condition::kernel_unreachable, "timed out"});
  const auto failed = world.try_to_tear_down();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().condition, Condition::kernel_unreachable);
  EXPECT_GT(world.tunnel_devices(), 0U);
  EXPECT_TRUE(world.firewall.table()) << "tunnels without their guard";
  EXPECT_FALSE(world.store.content.before.settings.empty());
  EXPECT_EQ(world.log.count("TORN_DOWN", "not all of it"), 1U);

  world.tear_down();
  EXPECT_EQ(world.tunnel_devices(), 0U);
  EXPECT_FALSE(world.firewall.table());
  EXPECT_TRUE(world.store.content.before.settings.empty());
}

TEST(Engine, TeardownRemembersWhatItCouldNotGiveBack) {
  World world;
  world.start_branch();
  const auto settings = world.store.content.before.settings.size();
  ASSERT_GT(settings, 0U);
  world.stack.refuse(
      [](const KernelChange& change) { return std::holds_alternative<SetSysctl>(change); });
  const auto failed = world.try_to_tear_down();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().condition, Condition::kernel_refused);
  EXPECT_EQ(world.store.content.before.settings.size(), settings);
  EXPECT_FALSE(world.firewall.table()) << "no tunnel is left that needs it";
  world.stack.refuse(nullptr);
  const auto given_back = world.tear_down();
  EXPECT_EQ(given_back.size(), settings + 1) << "and the table, which was gone";
  EXPECT_TRUE(world.store.content.before.settings.empty());
}

TEST(Engine, ATunnelThatCannotBeRemovedKeepsItsFirewall) {
  World world;
  world.start_branch();
  world.stack.refuse(
      [](const KernelChange& change) { return std::holds_alternative<DeleteLink>(change); });
  ASSERT_FALSE(world.try_to_tear_down());
  EXPECT_GT(world.tunnel_devices(), 0U);
  EXPECT_TRUE(world.firewall.table());
}

TEST(Engine, TeardownTellsWhatCharonRefused) {
  World world;
  world.start_branch();
  world.ike.refuse_next({Condition::charon_refused, "unload-conn: busy"});
  const auto failed = world.try_to_tear_down();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().condition, Condition::charon_refused);
  EXPECT_EQ(world.tunnel_devices(), 0U) << "the rest went all the same";
}

TEST(Engine, TeardownOfflineTellsThatWhatWasBeforeIsNotKnown) {
  World world;
  world.start_branch();
  world.stop();
  world.store.unreadable = true;
  world.make();
  std::optional<Result<std::vector<std::string>>> outcome;
  world.engine->teardown_offline([&](auto lines) { outcome = std::move(lines); });
  ASSERT_TRUE(world.until([&] { return outcome.has_value(); }));
  ASSERT_FALSE(*outcome);
  EXPECT_EQ(outcome->error().condition, Condition::state_not_read);
  EXPECT_EQ(world.tunnel_devices(), 0U);
}

TEST(Engine, TeardownCompletesWithoutCharon) {
  World world;
  world.start_branch();
  world.ike.stop_charon();
  world.settle();
  EXPECT_FALSE(world.tear_down().empty());
}

TEST(Engine, TeardownOfflineUnloadsConnectionsAndLeavesTheRest) {
  World world;
  world.start_branch();
  world.ike.load_foreign("other");
  world.stop();
  world.make();
  std::optional<std::vector<std::string>> removed;
  world.engine->teardown_offline([&](const auto& lines) { removed = *lines; });
  ASSERT_TRUE(world.until([&] { return removed.has_value(); }));
  EXPECT_EQ(std::ranges::count(*removed, "unload connection kaido-tokyo-a-s1"), 1)
      << ::testing::PrintToString(*removed);
  EXPECT_EQ(world.ike.loaded(), std::vector<std::string>{"other"});
}

TEST(Engine, TeardownOfflineCompletesWithoutCharon) {
  World world;
  world.start_branch();
  world.stop();
  world.ike.stop_charon();
  world.make();
  bool over = false;
  world.engine->teardown_offline([&](const auto& lines) { over = lines.has_value(); });
  EXPECT_TRUE(world.until([&] { return over; }));
}

}  // namespace
}  // namespace kaido
