// What the engine tells of changes: each of these is a signal of org.kaido.Gateway1.
#include <gtest/gtest.h>

#include "world.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using test::World;
using Told = test::RecordingObserver;
using Texts = std::vector<std::string>;

constexpr char kTunnel[] = "tokyo/a:isp1/ikev2";

TEST(Observer, IsToldOfEveryStateOfATunnel) {
  World world;
  world.start_branch();
  const auto states = [&] {
    return Told::each(world.observer.tunnels, kTunnel, &TunnelReport::state);
  };
  EXPECT_EQ(states(), (Texts{"connecting", "up"}));
  for (const auto& tunnel : world.engine->tunnels()) {
    const auto told = Told::each(world.observer.tunnels, tunnel.name, &TunnelReport::state);
    ASSERT_FALSE(told.empty()) << tunnel.name;
    EXPECT_EQ(told.back(), tunnel.state) << tunnel.name;
  }
  world.observer.clear();
  world.engine->set_enabled(kTunnel, false, [](const auto&) {});
  ASSERT_TRUE(world.until([&] { return !world.observer.tunnels.empty(); }));
  EXPECT_EQ(states(), Texts{"disabled"});
}

TEST(Observer, IsToldWhyATunnelIsNotUp) {
  World world;
  world.ike.set_outcome("kaido-tokyo-a-s1",
                        {.up = false, .log = {"received AUTHENTICATION_FAILED notify error"}});
  world.start(test::branch());
  const auto reasons = Told::each(world.observer.tunnels, kTunnel, &TunnelReport::reason);
  ASSERT_FALSE(reasons.empty());
  ASSERT_TRUE(reasons.back());
  EXPECT_EQ(reasons.back()->condition, Condition::tunnel_refused);
}

TEST(Observer, IsToldWhereANetworkGoes) {
  World world;
  world.start_branch();
  const auto corp = [&] {
    return Told::each(world.observer.networks, "corp", &NetworkReport::tunnel);
  };
  EXPECT_EQ(corp(), Texts{kTunnel});
  world.engine->set_enabled(kTunnel, false, [](const auto&) {});
  ASSERT_TRUE(world.until([&] { return corp().size() == 2; }));
  EXPECT_EQ(corp().back(), world.engine->networks().front().tunnel);
  EXPECT_NE(corp().back(), kTunnel);
  const auto why = Told::each(world.observer.networks, "corp", &NetworkReport::rule);
  EXPECT_EQ(why, (Texts{"first", "withdrawn"}));
  world.tear_down();
  EXPECT_EQ(corp().back(), "") << "it is not reached any more";
}

TEST(Observer, OfAHubIsToldWhichTunnelASiteHas) {
  World world;
  world.start(test::hub());
  for (const auto& name : world.ike.loaded()) world.ike.peer_connects(name);
  world.settle();
  const auto tunnels = Told::each(world.observer.networks, "osaka", &NetworkReport::tunnel);
  ASSERT_EQ(tunnels.size(), 1U);
  EXPECT_TRUE(tunnels[0].starts_with("osaka:")) << tunnels[0];
}

TEST(Observer, IsToldOfTheHealthOfAPath) {
  World world;
  world.probing = true;
  world.start_branch();
  const auto health = [&] {
    return Told::each(world.observer.paths, kTunnel, &PathReport::health);
  };
  ASSERT_TRUE(world.until([&] { return !health().empty() && health().back() == "good"; }));
  world.run_for(5s);  // the other paths, too
  const auto told = world.observer.paths.size();
  world.run_for(2s);
  EXPECT_EQ(world.observer.paths.size(), told) << "figures alone do not count";
  world.prober.set_network(
      [](const auto&, const auto&) { return std::vector<fake::PathProber::Frame>{}; });
  EXPECT_TRUE(world.until([&] { return health().back() == "down"; }));
  EXPECT_EQ(world.observer.paths.back().trouble, "silent");
}

TEST(Observer, IsToldOnceWhenAConditionIsRaisedAndOnceWhenItEnds) {
  World world;
  world.start_branch();
  const auto told = [&](bool raised) {
    return world.observer.count(Condition::uplink_down, "uplink isp1", raised);
  };
  world.stack.set_carrier("eth1", false);
  world.settle();
  world.stack.notify();
  world.settle();
  EXPECT_EQ(told(true), 1U);
  EXPECT_EQ(told(false), 0U);
  world.stack.set_carrier("eth1", true);
  world.settle();
  EXPECT_EQ(told(true), 1U);
  EXPECT_EQ(told(false), 1U);
}

TEST(Observer, IsToldWhatAConfigurationChangedAndNothingOfOneThatWasRefused) {
  World world;
  world.start_branch();
  auto other = test::branch();
  other.networks.pop_back();
  world.configuration.models["other"] = other;
  EXPECT_FALSE(world.apply("no such"));
  EXPECT_TRUE(world.observer.configurations.empty());
  const auto changes = world.apply("other");
  ASSERT_TRUE(changes);
  EXPECT_FALSE(changes->empty());
  EXPECT_EQ(world.observer.configurations, std::vector<Texts>{*changes});
}

TEST(Observer, IsToldAllThatIsLogged) {
  World world;
  world.start_branch();
  ASSERT_FALSE(world.log.entries.empty());
  ASSERT_EQ(world.observer.entries.size(), world.log.entries.size());
  for (std::size_t i = 0; i < world.log.entries.size(); ++i) {
    EXPECT_EQ(world.observer.entries[i].id, world.log.entries[i].id);
    EXPECT_EQ(world.observer.entries[i].text, world.log.entries[i].text);
  }
}

TEST(Observer, MayGoWhileTheEngineRuns) {
  World world;
  world.start_branch();
  world.engine->set_observer(nullptr);
  world.observer.clear();
  world.engine->set_enabled(kTunnel, false, [](const auto&) {});
  ASSERT_TRUE(world.until([&] { return world.tunnel(kTunnel).state == "disabled"; }));
  EXPECT_TRUE(world.observer.tunnels.empty());
  EXPECT_TRUE(world.observer.entries.empty());
}

}  // namespace
}  // namespace kaido
