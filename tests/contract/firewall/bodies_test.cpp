// What core writes in nft's language is what nft takes: each kind of gateway's table is loaded into
// the kernel, in a network namespace of its own, as root; KAIDO_CONTRACT=fake leaves it out.
#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <cstring>

#include "adapters/nftables/nf_tables.hpp"
#include "core/desired/firewall.hpp"
#include "unit/core/sample.hpp"

namespace kaido {
namespace {

using namespace test;

Model offering(std::vector<Prefix> prefixes, std::vector<std::string> devices = {}) {
  auto model = hub();
  model.networks.push_back(
      {.name = "net", .prefixes = std::move(prefixes), .devices = std::move(devices)});
  return model;
}

FirewallTable firewall_of(const Model& model) {
  Driver gateway;
  gateway.start(model);
  gateway.board.surroundings = {.outer = {"eth0", "eth9"},
                                .inner = {"core"},
                                .inner_addresses = {ip("10.50.254.1"), ip("fd50::1")}};
  return desired_firewall(gateway.board);
}

class FirewallBodies : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* only = std::getenv("KAIDO_CONTRACT");
    real_ = only == nullptr || std::strcmp(only, "fake") != 0;
    if (real_) ASSERT_EQ(unshare(CLONE_NEWNET), 0) << "needs root";
  }
  /// By this process; and by `kaidod --guard` of its text, so that the next kaidod adopts it.
  void expect_taken(const FirewallTable& table) {
    EXPECT_EQ(from_nft(to_nft(table)), table);
    if (!real_) return;
    nftables::NfTables firewall;
    const auto loaded = firewall.replace(table);
    EXPECT_TRUE(loaded) << loaded.error().to_string() << to_nft(table);
    EXPECT_EQ(firewall.holds(table), true);
    nftables::NfTables guard;
    EXPECT_TRUE(guard.replace(from_nft(to_nft(table))));
    EXPECT_EQ(firewall.holds(table), true);
  }
  bool real_ = true;
};

TEST_F(FirewallBodies, OfABranch) {
  auto model = branch();
  model.gateway.forward_between = {"lan1", "lan2"};
  expect_taken(firewall_of(model));
}

TEST_F(FirewallBodies, OfAHub) {
  expect_taken(firewall_of(offering({net("10.50.0.0/16"), net("fd50::/32")})));
}

TEST_F(FirewallBodies, OfAHubWhoseNetworkNamesItsDevices) {
  expect_taken(firewall_of(offering({net("10.50.0.0/16"), net("fd50::/32")}, {"core", "core2"})));
}

TEST_F(FirewallBodies, OfAHubThatOffersTheInternet) {
  expect_taken(firewall_of(offering({net("0.0.0.0/0"), net("::/0")})));
}

TEST_F(FirewallBodies, OfAHubWithSitesThatMaySpeakWithEachOther) {
  auto model = offering({net("10.50.0.0/16")});
  for (auto& site : model.sites) site.groups = {"offices"};
  model.sites[0].groups.emplace_back("plants");
  expect_taken(firewall_of(model));
}

TEST_F(FirewallBodies, OfAHubWithoutSurroundings) {
  Driver gateway;
  gateway.start(hub());
  expect_taken(desired_firewall(gateway.board));
}

TEST_F(FirewallBodies, OfAGatewayThatKnowsNothingYet) { expect_taken(closed_firewall()); }

}  // namespace
}  // namespace kaido
