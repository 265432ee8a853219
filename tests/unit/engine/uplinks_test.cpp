#include <gtest/gtest.h>

#include <algorithm>

#include "world.hpp"

namespace kaido::test {
namespace {

Route dhcp_route(const char* gateway, std::uint32_t metric = 100) {
  return {.destination = net("0.0.0.0/0"),
          .metric = metric,
          .gateway = ip(gateway),
          .device = "eth1",
          .protocol = 16};
}

Model without_gateways() {
  auto model = branch();
  model.uplinks[0].gateways.clear();
  return model;
}

std::size_t in_main(const World& world) {
  return static_cast<std::size_t>(std::ranges::count_if(
      world.stack.state().routes,
      [](const Route& route) { return route.table == kMainTable && route.protocol == 16; }));
}

bool leaves_by(const World& world, const char* gateway) {
  return std::ranges::any_of(world.stack.state().routes, [&](const Route& route) {
    return route.table == 221 && route.gateway == ip(gateway);
  });
}

TEST(EngineUplinks, LearnFromTheMainTableAndClearIt) {
  World world;
  world.start(without_gateways());
  world.stack.change(ReplaceRoute{dhcp_route("192.168.1.1")});
  world.settle();
  EXPECT_EQ(in_main(world), 0U);
  EXPECT_TRUE(leaves_by(world, "192.168.1.1"));
}

TEST(EngineUplinks, KeepTheirGatewayAcrossARestartAndALinkThatFell) {
  World world;
  world.stack.change(ReplaceRoute{dhcp_route("192.168.1.1")});
  world.start(without_gateways());
  world.stop();
  auto down = *world.stack.find_link("eth1");
  down.up = false;
  world.stack.change(UpdateLink{down});
  world.start(without_gateways());
  down.up = true;
  world.stack.change(UpdateLink{down});
  world.settle();
  EXPECT_TRUE(leaves_by(world, "192.168.1.1"));
}

TEST(EngineUplinks, HaveTheirRoutesBackAfterTeardown) {
  World world;
  world.stack.change(ReplaceRoute{dhcp_route("192.168.1.1")});
  world.start(without_gateways());
  world.stack.change(ReplaceRoute{dhcp_route("192.168.1.254", 50)});
  world.settle();
  world.tear_down();
  EXPECT_EQ(in_main(world), 1U) << "not the one that its owner may have taken away meanwhile";
  EXPECT_TRUE(std::ranges::count(world.stack.state().routes, dhcp_route("192.168.1.1")) == 1);
}

TEST(EngineUplinks, ThatAreNoneAnyMoreAreGivenBackAtOnce) {
  World world;
  world.stack.change(ReplaceRoute{dhcp_route("192.168.1.1")});
  world.start(without_gateways());
  auto renamed = without_gateways();
  renamed.uplinks[0].device = "ppp0";
  world.configuration.models["renamed"] = renamed;
  ASSERT_TRUE(world.apply("renamed"));
  world.settle();
  EXPECT_EQ(world.stack.find_link("eth1")->master, "");
  EXPECT_EQ(in_main(world), 1U);
  world.tear_down();
  EXPECT_EQ(in_main(world), 1U);
}

TEST(EngineUplinks, ThatAreGoneDoNotMakeATeardownFail) {
  World world;
  world.stack.change(ReplaceRoute{dhcp_route("192.168.1.1")});
  world.start(without_gateways());
  world.stack.change(DeleteLink{"eth1"});
  world.settle();
  EXPECT_TRUE(world.try_to_tear_down());
}

}  // namespace
}  // namespace kaido::test
