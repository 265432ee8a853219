// What the engine tells charon of many connections, and when it compares all.
#include <gtest/gtest.h>

#include <algorithm>

#include "world.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using test::World;

constexpr std::uint16_t kSites = 50;

Model hub_of_ike_sites() {
  auto model = test::hub();
  model.sites.clear();
  for (std::uint16_t i = 1; i <= kSites; ++i)
    model.sites.push_back({.name = fmt::format("site-{}", i),
                           .number = i,
                           .domain = fmt::format("site-{}.example", i),
                           .wireguard = false,
                           .slots = {{1, std::nullopt}}});
  return model;
}

class AHubWithManyConnections : public ::testing::Test {
 protected:
  AHubWithManyConnections() {
    const auto model = hub_of_ike_sites();
    auto identities = test::identities_of(model);
    identities.private_key_pem = Secret("tokyo.key");
    identities.certificates = SharedCertificates({.own_der = "tokyo", .authority_der = {"ca"}});
    world_.start(model, identities);
    world_.run_for(3500ms);  // past the looks that charon's coming brings
    loads_ = world_.ike.loads();
    comparisons_ = world_.ike.comparisons();
  }
  void enable(const std::string& name, bool enabled) {
    world_.engine->set_enabled(name, enabled, [](const auto& done) { EXPECT_TRUE(done); });
    world_.settle();
  }
  bool has(const std::string& site) {
    return std::ranges::any_of(world_.ike.loaded(), [&](const std::string& name) {
      return name.starts_with("kaido-" + site + "-");
    });
  }

  World world_;
  std::size_t loads_ = 0;
  std::size_t comparisons_ = 0;
};

TEST_F(AHubWithManyConnections, IsToldOnlyOfTheOneThatGoesAndComes) {
  ASSERT_EQ(world_.ike.loaded().size(), kSites);
  ASSERT_TRUE(has("site-3"));
  enable("site-3", false);
  EXPECT_FALSE(has("site-3"));
  EXPECT_EQ(world_.ike.loaded().size(), kSites - 1U);
  EXPECT_EQ(world_.ike.loads(), loads_);
  enable("site-3", true);
  EXPECT_TRUE(has("site-3"));
  EXPECT_EQ(world_.ike.loads(), loads_ + 1);
  EXPECT_EQ(world_.ike.key_loads(), 1U);
  EXPECT_EQ(world_.ike.comparisons(), comparisons_) << "nothing else was looked at";
}

TEST_F(AHubWithManyConnections, HasARefusalAsItsConditionUntilCharonTakesTheConnection) {
  enable("site-3", false);
  world_.ike.refuse_next({Condition::charon_refused, "load-conn: no"});
  enable("site-3", true);
  EXPECT_TRUE(world_.has(Condition::charon_refused, "charon"));
  EXPECT_FALSE(has("site-3"));
  enable("site-5", false);
  EXPECT_TRUE(has("site-3")) << "after a refusal all is compared";
  EXPECT_FALSE(has("site-5"));
  EXPECT_FALSE(world_.has(Condition::charon_refused, "charon"));
}

TEST_F(AHubWithManyConnections, HasOneCopyOfTheCertificates) {
  const auto& connections = world_.ike.connections();
  ASSERT_EQ(connections.size(), kSites);
  const auto& first = connections.begin()->second.certificates;
  EXPECT_EQ(first->own_der, "tokyo");
  for (const auto& [name, connection] : connections)
    EXPECT_TRUE(connection.certificates.is_same(first)) << name;
}

}  // namespace
}  // namespace kaido
