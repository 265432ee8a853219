// No tunnel without its firewall.
#include <gtest/gtest.h>

#include "world.hpp"

namespace kaido {
namespace {

using test::World;

TEST(Engine, WithoutItsFirewallNoTunnelIsMade) {
  for (const auto& model : {test::branch(), test::hub()}) {
    World world;
    world.firewall.refuse(Error{Condition::firewall_refused, "no nf_tables"});
    world.start(model);
    EXPECT_EQ(world.tunnel_devices(), 0U);
    EXPECT_TRUE(world.ike.loaded().empty());
    EXPECT_TRUE(world.has(Condition::firewall_refused, "firewall"));
    for (const auto& tunnel : world.engine->tunnels()) {
      EXPECT_EQ(tunnel.state, "waiting");
      EXPECT_EQ(tunnel.reason.value().condition, Condition::firewall_refused);
    }
    world.firewall.refuse(std::nullopt);
    EXPECT_TRUE(world.until([&] { return world.tunnel_devices() > 0; }));
    EXPECT_TRUE(world.until([&] { return !world.ike.loaded().empty(); }));
    EXPECT_FALSE(world.has(Condition::firewall_refused, "firewall"));
  }
}

TEST(Engine, ALaterRefusalOfTheFirewallKeepsWhatIsThere) {
  World world;
  world.start_branch();
  const auto devices = world.tunnel_devices();
  world.firewall.refuse(Error{Condition::firewall_refused, "no memory"});
  world.stack.notify();
  world.firewall.damage();
  ASSERT_TRUE(world.until([&] { return world.has(Condition::firewall_refused, "firewall"); }));
  world.settle();
  EXPECT_EQ(world.tunnel_devices(), devices);
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
}

TEST(Engine, ARestartedKaidodKeepsItsTunnelsWhateverTheFirewallSays) {
  World world;
  world.start_branch();
  const auto devices = world.tunnel_devices();
  world.stop();
  world.firewall.refuse(Error{Condition::firewall_refused, "no memory"});
  world.start(test::branch());
  world.settle();
  EXPECT_EQ(world.tunnel_devices(), devices);
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
  EXPECT_EQ(world.ike.sas().size(), 2U);
}

}  // namespace
}  // namespace kaido
