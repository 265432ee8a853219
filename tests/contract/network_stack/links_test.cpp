#include "world.hpp"

namespace kaido::contract {
namespace {

class Links : public NetworkStackContract {};

TEST_F(Links, OfEveryKindAreReadBackAsTheyWereMade) {
  const std::vector<Link> wanted = {
      make_link("kd-vrf1", VrfLink{4001}),    make_link("kd-ike1", XfrmLink{77, "kd-vrf1"}),
      make_link("kd-ike2", XfrmLink{78, ""}), make_link("kd-wg1", WireGuardLink{}, "kd-vrf1"),
      make_link("kd.lo", DummyLink{}),
  };
  std::vector<KernelChange> changes;
  for (const auto& link : wanted) changes.emplace_back(CreateLink{link});
  apply(changes);
  for (const auto& expected : wanted) {
    auto observed = link(expected.name);
    EXPECT_GT(observed.index, 1);
    EXPECT_TRUE(observed.running) << expected.name;
    observed.index = 0;
    observed.running = observed.point_to_point = false;
    observed.mac.clear();
    EXPECT_EQ(observed, expected) << expected.name;
  }
}

TEST_F(Links, ThatArePresentAreNotMadeAgain) {
  apply({CreateLink{make_link("kd0", DummyLink{})}});
  const auto before = link("kd0");
  auto other = make_link("kd0", VrfLink{9});
  other.alias = "other";
  other.mtu = 1300;
  apply({CreateLink{other}});
  EXPECT_EQ(link("kd0"), before);
}

TEST_F(Links, WithAnIfIdInUseFail) {
  apply({CreateLink{make_link("kd0", XfrmLink{5, ""})}});
  const std::vector<KernelChange> changes = {CreateLink{make_link("kd1", XfrmLink{5, ""})}};
  EXPECT_EQ(stack().apply(changes).size(), 1);
  EXPECT_FALSE(has_link("kd1"));
}

TEST_F(Links, ThatAreAbsentAreDeletedWithSuccess) {
  apply({DeleteLink{"kd0"}, CreateLink{make_link("kd0", DummyLink{})}, DeleteLink{"kd0"}});
  EXPECT_FALSE(has_link("kd0"));
}

TEST_F(Links, AreDeletedAndMadeAnewInOneBatch) {
  apply({CreateLink{make_link("kd0", DummyLink{})}});
  const auto old = link("kd0").index;
  apply({DeleteLink{"kd0"}, CreateLink{make_link("kd0", DummyLink{})},
         AddAddress{make_address("kd0", "10.1.0.1", 32)}});
  EXPECT_NE(link("kd0").index, old);
  EXPECT_TRUE(contains(read().addresses, make_address("kd0", "10.1.0.1", 32)));
}

TEST_F(Links, TakeNewSettings) {
  apply(
      {CreateLink{make_link("kd-vrf1", VrfLink{100})}, CreateLink{make_link("kd0", DummyLink{})}});
  auto wanted = make_link("kd0", DummyLink{}, "kd-vrf1");
  wanted.mtu = 1380;
  wanted.alias = "kaido-new";
  apply({UpdateLink{wanted}});
  auto observed = link("kd0");
  EXPECT_EQ(observed.master, "kd-vrf1");
  EXPECT_EQ(observed.mtu, 1380);
  EXPECT_EQ(observed.alias, "kaido-new");
  EXPECT_TRUE(observed.up);

  wanted.master.clear();
  wanted.up = false;
  apply({UpdateLink{wanted}});
  observed = link("kd0");
  EXPECT_EQ(observed.master, "");
  EXPECT_FALSE(observed.up);
}

TEST_F(Links, KeepTheirAliasAndMtuWhenNoneIsAsked) {
  apply({CreateLink{make_link("kd0", DummyLink{})}});
  auto wanted = make_link("kd0", DummyLink{});
  wanted.alias.clear();
  wanted.mtu = 0;
  apply({UpdateLink{wanted}});
  EXPECT_EQ(link("kd0").alias, kLinkAlias);
  EXPECT_EQ(link("kd0").mtu, 1400);
}

TEST_F(Links, WhoseMasterIsAbsentAreMarkedAndReported) {
  const std::vector<KernelChange> changes = {CreateLink{make_link("kd0", DummyLink{}, "kd-vrf9")}};
  const auto failures = stack().apply(changes);
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures[0].error.condition, Condition::kernel_refused);
  EXPECT_EQ(link("kd0").alias, kLinkAlias);
}

TEST_F(Links, CannotBeUpdatedWhenAbsent) {
  const std::vector<KernelChange> changes = {UpdateLink{make_link("kd0", DummyLink{})}};
  const auto failures = stack().apply(changes);
  ASSERT_EQ(failures.size(), 1);
  EXPECT_NE(failures[0].error.detail.find("No such device"), std::string::npos);
}

TEST_F(Links, ThatGoDownTakeTheirNexthopsAndRoutesAlong) {
  apply({CreateLink{make_link("kd0", DummyLink{})}, CreateLink{make_link("kd1", DummyLink{})},
         AddAddress{make_address("kd0", "10.1.0.1", 32)}, ReplaceNexthop{{11, Family::v4, "kd0"}},
         ReplaceNexthop{{12, Family::v6, "kd0"}}, ReplaceNexthop{{13, Family::v4, "kd1"}},
         ReplaceRoute{by_nexthop("10.2.0.0/16", 11)}, ReplaceRoute{by_nexthop("fd02::/64", 12)},
         ReplaceRoute{by_nexthop("10.3.0.0/16", 13)},
         ReplaceRoute{make_route("10.4.0.0/16", "kd0")},
         ReplaceRoute{make_unreachable("10.2.0.0/16", 254, 4000)}});
  EXPECT_EQ(read().routes.size(), 5);
  auto down = make_link("kd0", DummyLink{});
  down.up = false;
  apply({UpdateLink{down}});
  auto state = read();
  ASSERT_EQ(state.nexthops.size(), 1);
  EXPECT_EQ(state.nexthops[0].id, 13);
  EXPECT_EQ(state.routes.size(), 2);
  EXPECT_TRUE(contains(state.routes, by_nexthop("10.3.0.0/16", 13)));
  EXPECT_TRUE(contains(state.routes, make_unreachable("10.2.0.0/16", 254, 4000)));
  apply({UpdateLink{make_link("kd0", DummyLink{})}});
  EXPECT_EQ(read().routes.size(), 2);  // none returns
  EXPECT_TRUE(contains(read().addresses, make_address("kd0", "10.1.0.1", 32)));
}

TEST_F(Links, ThatEnterAVrfLoseTheirNexthopsAndIpv6Addresses) {
  apply({CreateLink{make_link("kd-vrf1", VrfLink{100})}, CreateLink{make_link("kd0", DummyLink{})},
         AddAddress{make_address("kd0", "10.1.0.1", 32)},
         AddAddress{make_address("kd0", "fd01::1", 128)}, ReplaceNexthop{{11, Family::v4, "kd0"}},
         UpdateLink{make_link("kd0", DummyLink{}, "kd-vrf1")}});
  const auto state = read();
  EXPECT_TRUE(state.nexthops.empty());
  EXPECT_TRUE(contains(state.addresses, make_address("kd0", "10.1.0.1", 32)));
  EXPECT_FALSE(contains(state.addresses, make_address("kd0", "fd01::1", 128)));
  EXPECT_TRUE(link("kd0").up);
}

TEST_F(Links, Under1280BytesHaveNoIpv6) {
  apply(
      {CreateLink{make_link("kd0", DummyLink{})}, AddAddress{make_address("kd0", "fd01::1", 128)}});
  auto small = make_link("kd0", DummyLink{});
  small.mtu = 1279;
  apply({UpdateLink{small}});
  EXPECT_FALSE(contains(read().addresses, make_address("kd0", "fd01::1", 128)));
  const std::vector<KernelChange> changes = {AddAddress{make_address("kd0", "fd01::1", 128)}};
  EXPECT_EQ(stack().apply(changes).size(), 1);
}

TEST_F(Links, OfAVrfThatIsDeletedStay) {
  apply({CreateLink{make_link("kd-vrf1", VrfLink{100})},
         CreateLink{make_link("kd0", DummyLink{}, "kd-vrf1")}, DeleteLink{"kd-vrf1"}});
  EXPECT_EQ(link("kd0").master, "");
}

}  // namespace
}  // namespace kaido::contract
