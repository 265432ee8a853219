#include <fmt/format.h>

#include "world.hpp"

namespace kaido::contract {
namespace {

class Routes : public NetworkStackContract {
 protected:
  void make_devices() {
    apply({CreateLink{make_link("kd-vrf1", VrfLink{100})},
           CreateLink{make_link("kd0", DummyLink{})}, CreateLink{make_link("kd1", DummyLink{})},
           CreateLink{make_link("ua", DummyLink{}, "kd-vrf1")},
           AddAddress{make_address("kd0", "10.1.0.1", 24)},
           AddAddress{make_address("kd0", "fd01::1", 64)},
           AddAddress{make_address("ua", "192.168.1.5", 24)}});
  }
};

TEST_F(Routes, AreReadBackAsTheyWereWritten) {
  make_devices();
  apply({ReplaceNexthop{{11, Family::v4, "kd1"}}, ReplaceNexthop{{12, Family::v6, "kd1"}}});
  std::vector<Route> wanted = {
      make_route("10.5.0.0/16", "kd1"),
      make_route("10.5.0.1/32", "kd1", 70000, 0),
      make_route("fd05::/32", "kd1"),
      make_route("::/0", "kd1", 100, 20),
      by_nexthop("10.6.0.0/16", 11),
      by_nexthop("fd06::/64", 12, 4444),
      make_unreachable("0.0.0.0/0", 100, 4278198272U),
      make_unreachable("::/0", 100, 4278198272U),
      make_unreachable("fd07::/64", 254, 4000),
      make_unreachable("10.7.0.0/24", 254, 0),
  };
  auto by_gateway = make_route("0.0.0.0/0", "ua", 100, 20);
  by_gateway.gateway = IpAddress::parse("192.168.1.1");
  wanted.push_back(by_gateway);
  auto beyond = make_route("10.12.0.0/16", "ua", 100, 20);
  beyond.gateway = IpAddress::parse("198.51.100.1");
  beyond.onlink = true;
  wanted.push_back(beyond);
  auto endpoint = make_route("203.0.113.1/32", "ua", 100, 20);
  endpoint.gateway = IpAddress::parse("192.168.1.1");
  endpoint.mtu = 1492;
  endpoint.mtu_locked = true;
  wanted.push_back(endpoint);
  auto six = make_route("fd08::/64", "kd0", 254, 5);
  six.gateway = IpAddress::parse("fe80::1");
  six.mtu = 1300;
  wanted.push_back(six);
  auto sourced = make_route("10.9.0.0/24", "kd1");
  sourced.source = IpAddress::parse("10.1.0.1");
  wanted.push_back(sourced);
  auto sourced6 = make_route("fd09::/64", "kd1");
  sourced6.source = IpAddress::parse("fd01::1");
  wanted.push_back(sourced6);
  auto black = make_route("10.10.0.0/24", "");
  black.type = RouteType::blackhole;
  wanted.push_back(black);
  black.destination = Prefix::parse("fd10::/64").value();
  wanted.push_back(black);
  auto local = make_route("10.11.0.1/32", "kd0", 254, 77);
  local.type = RouteType::local;
  wanted.push_back(local);
  local.destination = Prefix::parse("fd11::1/128").value();
  wanted.push_back(local);

  std::vector<KernelChange> changes;
  for (const auto& route : wanted) changes.emplace_back(ReplaceRoute{route});
  apply(changes);
  const auto observed = read().routes;
  for (const auto& route : wanted)
    EXPECT_TRUE(contains(observed, route)) << describe(ReplaceRoute{route});
  EXPECT_EQ(observed.size(), wanted.size());
  for (const auto& route : observed)
    EXPECT_TRUE(contains(wanted, route)) << describe(ReplaceRoute{route});

  changes.clear();
  for (const auto& route : wanted) changes.emplace_back(DeleteRoute{route});
  apply(changes);
  EXPECT_TRUE(read().routes.empty());
  apply(changes);  // already so
}

TEST_F(Routes, AreReplacedInPlace) {
  make_devices();
  apply({ReplaceRoute{make_route("10.5.0.0/16", "kd0")},
         ReplaceRoute{make_route("10.5.0.0/16", "kd1")},
         ReplaceRoute{make_route("fd05::/64", "kd0")},
         ReplaceRoute{make_route("fd05::/64", "kd1")}});
  const auto routes = read().routes;
  EXPECT_EQ(routes.size(), 2);
  EXPECT_TRUE(contains(routes, make_route("10.5.0.0/16", "kd1")));
  EXPECT_TRUE(contains(routes, make_route("fd05::/64", "kd1")));
}

TEST_F(Routes, OfIpv6WithoutAMetricHave1024) {
  make_devices();
  apply({ReplaceRoute{make_route("fd05::/64", "kd0", 254, 0)}});
  EXPECT_TRUE(contains(read().routes, make_route("fd05::/64", "kd0", 254, 1024)));
  apply({DeleteRoute{make_route("fd05::/64", "kd0", 254, 0)}});
  EXPECT_TRUE(read().routes.empty());
}

TEST_F(Routes, FollowTheirNexthop) {
  make_devices();
  apply({ReplaceNexthop{{11, Family::v4, "kd0"}}, ReplaceRoute{by_nexthop("10.5.0.0/16", 11)},
         ReplaceNexthop{{11, Family::v4, "kd1"}}});
  auto state = read();
  EXPECT_EQ(state.nexthops, (std::vector<Nexthop>{{11, Family::v4, "kd1"}}));
  EXPECT_EQ(state.routes, (std::vector<Route>{by_nexthop("10.5.0.0/16", 11)}));
  apply({DeleteNexthop{11}, DeleteNexthop{11}});
  state = read();
  EXPECT_TRUE(state.nexthops.empty());
  EXPECT_TRUE(state.routes.empty());
}

TEST_F(Routes, ByANexthopThatIsAbsentFailAndStopNothing) {
  make_devices();
  const std::vector<KernelChange> changes = {ReplaceRoute{make_route("10.5.0.0/16", "kd0")},
                                             ReplaceRoute{by_nexthop("10.6.0.0/16", 99)},
                                             ReplaceRoute{make_route("10.7.0.0/16", "absent")},
                                             ReplaceRoute{make_route("10.8.0.0/16", "kd1")}};
  const auto failures = stack().apply(changes);
  ASSERT_EQ(failures.size(), 2);
  EXPECT_EQ(failures[0].index, 1);
  EXPECT_EQ(failures[0].error.condition, Condition::kernel_refused);
  EXPECT_NE(failures[0].error.detail.find("Nexthop id does not exist"), std::string::npos)
      << failures[0].error.detail;
  EXPECT_EQ(failures[1].index, 2);
  EXPECT_EQ(read().routes.size(), 2);
}

TEST_F(Routes, OfOthersAreReadWhereTheyLeaveByAnUplink) {
  make_devices();
  auto foreign = make_route("0.0.0.0/0", "ua", 100, 7);
  foreign.gateway = IpAddress::parse("192.168.1.1");
  foreign.protocol = 16;
  auto unseen = make_route("10.99.0.0/16", "kd0");
  unseen.protocol = 4;
  apply({ReplaceRoute{foreign}, ReplaceRoute{unseen}});
  EXPECT_TRUE(read().routes.empty());
  const auto routes = read({.uplink_devices = {"ua", "absent"}}).routes;
  EXPECT_TRUE(contains(routes, foreign));
  EXPECT_FALSE(contains(routes, unseen));
}

TEST_F(Routes, OfOthersAreReadWhereTheyLeadTowardsAnAddress) {
  apply({CreateLink{make_link("up0", DummyLink{})}, CreateLink{make_link("up1", DummyLink{})},
         AddAddress{make_address("up0", "192.0.2.1", 24)}});
  auto way = make_route("198.51.100.0/24", "up0", 77);
  way.protocol = 3;  // RTPROT_BOOT
  way.gateway = IpAddress::parse("192.0.2.9");
  auto elsewhere = make_route("198.51.101.0/24", "up0", 77);
  elsewhere.protocol = 3;
  auto ours = make_route("198.51.100.17/32", "up0", 77);
  ours.mtu = 1276;
  ours.mtu_locked = true;
  apply({ReplaceRoute{way}, ReplaceRoute{elsewhere}, ReplaceRoute{ours}});
  const auto in_77 = [&](const ReadScope& scope) {
    auto routes = read(scope).routes;
    std::erase_if(routes, [](const Route& route) { return route.table != 77; });
    std::ranges::sort(routes, {}, [](const Route& route) { return route.destination.length(); });
    return routes;
  };
  const auto to = IpAddress::parse("198.51.100.17").value();
  EXPECT_EQ(in_77({}), std::vector{ours});
  EXPECT_EQ(in_77({.towards = {to}}), (std::vector{way, ours}));
  EXPECT_EQ(in_77({.uplink_devices = {"up0"}, .towards = {to}}).size(), 3U) << "each once";
}

TEST_F(Routes, OfOthersAreNotDeletedInPlaceOfKaidos) {
  make_devices();
  auto foreign = make_route("10.5.0.0/16", "kd0");
  foreign.protocol = 4;
  apply({ReplaceRoute{foreign}, DeleteRoute{make_route("10.5.0.0/16", "kd0")}});
  EXPECT_TRUE(contains(read({.uplink_devices = {"kd0"}}).routes, foreign));
}

TEST_F(Routes, OfOthersAreDeletedByTheirDevice) {
  make_devices();
  auto first = make_route("fd05::/64", "kd0");
  first.protocol = 9;
  auto second = first;
  second.device = "kd1";
  second.metric = 51;
  apply({ReplaceRoute{first}, ReplaceRoute{second}});
  auto elsewhere = first;
  elsewhere.device = "kd1";
  apply({DeleteRoute{elsewhere}});  // there is none
  const ReadScope both{.uplink_devices = {"kd0", "kd1"}};
  EXPECT_TRUE(contains(read(both).routes, first));
  apply({DeleteRoute{second}});
  EXPECT_FALSE(contains(read(both).routes, second));
  EXPECT_TRUE(contains(read(both).routes, first));
}

TEST_F(Routes, ComeByTheThousand) {
  make_devices();
  std::vector<KernelChange> changes = {ReplaceNexthop{{11, Family::v4, "kd0"}}};
  for (int i = 0; i < 3000; ++i)
    changes.emplace_back(ReplaceRoute{by_nexthop(
        fmt::format("10.{}.{}.0/24", 64 + i / 256, i % 256).c_str(), i % 1000 == 999 ? 99U : 11U)});
  const auto failures = stack().apply(changes);
  ASSERT_EQ(failures.size(), 3);
  EXPECT_EQ(failures[0].index, 1000);
  EXPECT_EQ(failures[2].index, 3000);
  EXPECT_EQ(read().routes.size(), 2997);
}

TEST_F(Routes, ByADownDeviceFail) {
  make_devices();
  auto down = make_link("kd0", DummyLink{});
  down.up = false;
  const std::vector<KernelChange> changes = {UpdateLink{down},
                                             ReplaceNexthop{{11, Family::v4, "kd0"}}};
  const auto failures = stack().apply(changes);
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures[0].index, 1);
}

}  // namespace
}  // namespace kaido::contract
