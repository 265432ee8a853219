// A hub with 10,000 sites.
#include <gtest/gtest.h>

#include "world.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using test::World;

WireGuardKey key_of(std::uint32_t number) {
  WireGuardKey key{};
  for (std::size_t i = 0; i < 4; ++i) key.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
  return key;
}

Model hub_of(std::uint32_t count) {
  auto model = test::hub();
  model.sites.clear();
  for (std::uint32_t i = 1; i <= count; ++i) {
    Site site{.name = fmt::format("site-{}", i),
              .number = static_cast<std::uint16_t>(i),
              .domain = fmt::format("site-{}.example", i),
              .prefixes = {Prefix::parse(fmt::format("10.{}.{}.0/24", i / 256, i % 256)).value()},
              .ikev2 = false};
    site.slots = {{1, key_of(i)}};
    model.sites.push_back(std::move(site));
  }
  return model;
}

TEST(EngineOfALargeHub, StartsReportsAndTakesOneChangedSite) {
  constexpr std::uint32_t kSites = 10'000;
  World world;
  world.start(hub_of(kSites));
  EXPECT_EQ(world.wireguard.peers_written(), kSites);
  EXPECT_EQ(world.engine->status().tunnels, kSites);
  EXPECT_EQ(world.engine->networks().size(), kSites);

  auto changed = hub_of(kSites);
  changed.sites.at(5000).prefixes = {test::net("172.16.0.0/24")};
  world.configuration.models["changed"] = changed;
  const auto peers = world.wireguard.peers_written();
  const auto changes = world.stack.changes_applied();
  const auto told = world.apply("changed");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->size(), 1U);
  world.settle();
  EXPECT_EQ(world.wireguard.peers_written(), peers + 1);
  EXPECT_LE(world.stack.changes_applied(), changes + 8);
}

TEST(EngineOfALargeHub, SaysInOneLineThatItListensForManySites) {
  World world;
  world.start(hub_of(1000));
  EXPECT_LE(world.log.entries.size(), 100U);
}

}  // namespace
}  // namespace kaido
