#include "core/uplinks/uplink.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/before.hpp"
#include "core/desired/difference.hpp"
#include "core/desired/firewall.hpp"
#include "core/desired/kernel.hpp"
#include "sample.hpp"

namespace kaido::test {
namespace {

Route by_gateway(const char* gateway, std::uint32_t metric = 100, const char* device = "eth1") {
  const auto address = ip(gateway);
  return {.destination = Prefix(IpAddress(address.family(), {}), 0),
          .metric = metric,
          .gateway = address,
          .device = device,
          .protocol = 16};
}

/// eth1 and eth2 in their VRFs, with addresses; the configuration names no gateway.
struct Machine {
  Model model = branch();
  KernelState kernel;
  std::vector<ObservedUplink> seen;

  Machine() {
    for (auto& uplink : model.uplinks) uplink.gateways.clear();
    for (std::uint8_t number = 1; number <= 2; ++number) {
      Link vrf{.name = vrf_device(number), .kind = VrfLink{vrf_table(number)}};
      vrf.alias = kLinkAlias;
      kernel.links.push_back(vrf);
      Link device{.name = "eth" + std::to_string(number), .master = vrf.name};
      device.up = device.running = true;
      device.index = number;
      device.mac = "02:00:00:00:00:0" + std::to_string(number);
      kernel.links.push_back(device);
    }
    kernel.addresses = {{"eth1", ip("192.168.1.5"), 24}, {"eth2", ip("2001:db8:2::5"), 64}};
  }
  Link& device(const char* name) { return *std::ranges::find(kernel.links, name, &Link::name); }
  const ObservedUplink& look(std::size_t uplink = 0) {
    seen = observe_uplinks(model, kernel, seen);
    return seen[uplink];
  }
  [[nodiscard]] Board state() const {
    Driver gateway;
    gateway.configure(model);
    gateway.observe(seen);
    return gateway.board;
  }
  [[nodiscard]] std::vector<Route> ways_out(std::uint32_t table, Family family) const {
    auto routes = desired_kernel(state(), kernel).routes;
    std::erase_if(routes, [&](const Route& route) {
      return route.table != table || route.destination.length() != 0 ||
             route.type != RouteType::unicast || route.destination.family() != family;
    });
    return routes;
  }
  [[nodiscard]] std::vector<Rule> rules(std::uint32_t priority) const {
    auto rules = desired::rules(state(), kernel);
    std::erase_if(rules, [&](const Rule& rule) { return rule.priority != priority; });
    return rules;
  }
};

TEST(Uplinks, KeepAGatewayThatWasLearntWhenItsRouteIsGone) {
  Machine machine;
  machine.kernel.routes = {by_gateway("192.168.1.1")};
  EXPECT_EQ(machine.look().gateways, std::vector{ip("192.168.1.1")});
  machine.kernel.routes.clear();
  machine.device("eth1").up = machine.device("eth1").running = false;
  machine.look();
  machine.device("eth1").up = machine.device("eth1").running = true;
  EXPECT_EQ(machine.look().gateways, std::vector{ip("192.168.1.1")});
  ASSERT_EQ(machine.ways_out(221, Family::v4).size(), 1U);
}

TEST(Uplinks, ForgetItWithTheirDevice) {
  Machine machine;
  machine.kernel.routes = {by_gateway("192.168.1.1")};
  machine.look();
  machine.kernel.routes.clear();
  machine.device("eth1").index = 17;  // gone, and another one is there by that name
  EXPECT_TRUE(machine.look().gateways.empty());
}

TEST(Uplinks, LearnANewerGatewayInPlaceOfAnOlderOne) {
  Machine machine;
  machine.kernel.routes = {by_gateway("192.168.1.1", 100)};
  machine.look();
  machine.kernel.routes = {by_gateway("192.168.1.254", 1024)};
  machine.look();
  machine.kernel.routes.clear();
  EXPECT_EQ(machine.look().gateways, std::vector{ip("192.168.1.254")});
}

TEST(Uplinks, DoNotLearnWhatOnlyTheConfigurationSaid) {
  Machine machine;
  machine.model.uplinks[0].gateways = {ip("192.168.1.1")};
  machine.look();
  auto own = by_gateway("192.168.1.1");
  own.protocol = kRouteProtocol;
  own.table = 221;
  machine.kernel.routes = {own};
  machine.look();
  machine.model.uplinks[0].gateways.clear();
  EXPECT_TRUE(machine.look().gateways.empty());
}

TEST(Uplinks, KeepTheirWayOutWhileAnAddressIsTentative) {
  Machine machine;
  machine.kernel.routes = {by_gateway("2001:db8:2::1", 1024, "eth2")};
  machine.look();
  machine.kernel.routes.clear();
  machine.kernel.addresses[1].usable = false;
  machine.look();
  EXPECT_EQ(machine.ways_out(222, Family::v6).size(), 1U);
}

TEST(Uplinks, ReachAGatewayOutsideOfTheirSubnetOnTheLink) {
  Machine machine;
  machine.kernel.addresses[0] = {"eth1", ip("203.0.113.9"), 32};
  machine.kernel.routes = {by_gateway("198.51.100.1")};
  machine.look();
  EXPECT_TRUE(machine.ways_out(221, Family::v4).at(0).onlink);
  machine.kernel.routes = {by_gateway("203.0.113.1")};
  machine.kernel.addresses[0].prefix_length = 24;
  machine.look();
  EXPECT_FALSE(machine.ways_out(221, Family::v4).at(0).onlink);
}

TEST(Uplinks, OfAPointToPointDeviceNeedNoGateway) {
  Machine machine;
  machine.device("eth1").point_to_point = true;
  machine.kernel.addresses[0] = {"eth1", ip("192.0.2.177"), 32};
  machine.kernel.addresses[0].peer = ip("192.0.2.129");
  EXPECT_EQ(unusable(machine.model.uplinks[0], machine.look(), Family::v4), std::nullopt);
  const auto way = machine.ways_out(221, Family::v4).at(0);
  EXPECT_EQ(way.gateway, std::nullopt);
  EXPECT_EQ(way.device, "eth1");
}

TEST(Uplinks, ThatArePortsOfABridgeStayThere) {
  Machine machine;
  machine.device("eth1").master = "br0";
  machine.kernel.links.push_back({.name = "br0"});
  const auto why = unusable(machine.model.uplinks[0], machine.look(), Family::v4);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->condition, Condition::uplink_enslaved);
  EXPECT_EQ(why->detail, "isp1 (eth1) belongs to br0");
  for (const auto& change :
       difference(desired_kernel(machine.state(), machine.kernel), machine.kernel))
    if (const auto* update = std::get_if<UpdateLink>(&change)) EXPECT_NE(update->link.name, "eth1");
}

TEST(Uplinks, PreferAStableGlobalAddressAsTheSourceOfIke) {
  Machine machine;
  auto& addresses = machine.kernel.addresses;
  addresses = {{"eth2", ip("fd00:1::5"), 64},
               {"eth2", ip("2001:db8:2::abcd"), 64},
               {"eth2", ip("2001:db8:2::5"), 64}};
  addresses[1].temporary = true;
  EXPECT_EQ(machine.look(1).ipv6_source, ip("2001:db8:2::5"));
  addresses[2].usable = false;  // deprecated: the carrier gives another prefix
  addresses.push_back({"eth2", ip("2001:db8:77::5"), 64});
  EXPECT_EQ(machine.look(1).ipv6_source, ip("2001:db8:77::5"));
  addresses[2].usable = true;
  EXPECT_EQ(machine.look(1).ipv6_source, ip("2001:db8:77::5")) << "one as good is kept";
}

TEST(Reconcile, TakesRoutesByAnUplinkOutOfTheMainTable) {
  Machine machine;
  auto classless = by_gateway("192.168.1.1");
  classless.destination = net("198.51.100.0/24");
  auto beside = by_gateway("10.1.7.254", 5, "lan");
  machine.kernel.routes = {by_gateway("192.168.1.1"), classless, beside};
  machine.look();
  std::vector<Route> deleted;
  for (const auto& change :
       difference(desired_kernel(machine.state(), machine.kernel), machine.kernel))
    if (const auto* gone = std::get_if<DeleteRoute>(&change)) deleted.push_back(gone->route);
  EXPECT_EQ(deleted, (std::vector{machine.kernel.routes[0], classless}));
}

TEST(Reconcile, HasNothingToDoForTwoAddressesOfOnePrefix) {
  Machine machine;
  machine.kernel.addresses.push_back({"eth2", ip("2001:db8:2::abcd"), 64});
  machine.kernel.addresses.back().temporary = true;
  machine.look();
  const auto desired = desired_kernel(machine.state(), machine.kernel);
  for (const auto& route : desired.routes)  // the kernel has one in one place
    if (std::ranges::find(machine.kernel.routes, route) == machine.kernel.routes.end())
      machine.kernel.routes.push_back(route);
  for (const auto& change : difference(desired, machine.kernel))
    EXPECT_FALSE(std::holds_alternative<ReplaceRoute>(change));
}

TEST(Reconcile, LetsADeviceThatIsNoUplinkAnyMoreLeaveItsVrf) {
  Machine machine;
  machine.model.uplinks[0].device = "ppp0";
  machine.look();
  std::vector<Link> updated;
  for (const auto& change :
       difference(desired_kernel(machine.state(), machine.kernel), machine.kernel))
    if (const auto* update = std::get_if<UpdateLink>(&change))
      if (update->link.name == "eth1") updated.push_back(update->link);
  ASSERT_EQ(updated.size(), 1U);
  EXPECT_EQ(updated[0].master, "");
  EXPECT_TRUE(updated[0].up);
}

TEST(Rules, LeadTheGatewaysOwnPacketsByAnUplinkAndKeepIt) {
  Machine machine;
  machine.kernel.routes = {by_gateway("192.168.1.1"), by_gateway("192.168.2.1", 100, "eth2")};
  machine.kernel.addresses.push_back({"eth2", ip("192.168.2.5"), 24});
  machine.look();
  auto own = machine.rules(kOwnTrafficPriority);
  ASSERT_EQ(own.size(), 1U) << "there is no way out by IPv6";
  EXPECT_EQ(own[0].table, 221U);
  EXPECT_EQ(own[0].iif, "lo");
  own[0].table = 222;
  machine.kernel.rules = own;
  EXPECT_EQ(machine.rules(kOwnTrafficPriority), own) << "one as good stays";
  machine.device("eth2").running = false;
  machine.look();
  EXPECT_EQ(machine.rules(kOwnTrafficPriority).at(0).table, 221U);
  machine.model.gateway.own_traffic = OwnTraffic::tunnels;
  EXPECT_TRUE(machine.rules(kOwnTrafficPriority).empty());
}

TEST(Rules, LetASessionWithAnUplinksAddressGoOnByIt) {
  Machine machine;
  machine.kernel.addresses.push_back({"eth2", ip("192.168.1.5"), 24});
  machine.look();
  const auto first = machine.rules(source_priority(1));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].from, net("192.168.1.5/32"));
  EXPECT_EQ(first[0].table, 221U);
  const auto second = machine.rules(source_priority(2));
  ASSERT_EQ(second.size(), 1U) << "the address that both have is the first one's";
  EXPECT_EQ(second[0].from, net("2001:db8:2::5/128"));
}

TEST(Rules, GiveADhcpRenewalAWayAndTheFirewallItsUplink) {
  Machine machine;
  machine.look();
  const auto rules = machine.rules(kDhcpPriority);
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].source_port, 68);
  EXPECT_EQ(rules[0].destination_port, 67);
  const auto chains = dhcp_chains(machine.state());
  EXPECT_NE(chains.find("@th,288,48 0x020000000002 meta mark set 0x4b02 return"),
            std::string::npos);
  EXPECT_NE(chains.find("ip saddr != { 192.168.1.5 } masquerade"), std::string::npos);
}

/// What is given back to `machine`.
std::vector<Route> given_back(const Before& before, const Machine& machine) {
  std::vector<Route> routes;
  for (const auto& change : give_back(before, machine.kernel).changes)
    if (const auto* route = std::get_if<ReplaceRoute>(&change)) routes.push_back(route->route);
  return routes;
}

TEST(GiveBack, IsWhatWasFoundAndNotWhatCameLater) {
  Machine machine;
  Before before;
  const std::vector<std::string> uplinks{"eth1", "eth2"};
  auto found = by_gateway("192.168.1.1");
  found.onlink = true;
  machine.kernel.routes = {found};
  note(before, {}, machine.kernel, uplinks);
  machine.kernel.routes = {by_gateway("192.168.1.254", 50)};
  note(before, {}, machine.kernel, uplinks);
  EXPECT_EQ(given_back(before, machine), std::vector{found});
  auto renewed = by_gateway("192.168.1.2");
  machine.kernel.routes = {renewed};
  note(before, {}, machine.kernel, uplinks);
  EXPECT_EQ(given_back(before, machine), std::vector{renewed}) << "the same place, another gateway";
}

TEST(GiveBack, IsWhatCameLaterWhereNothingFoundIsAWayAnyMore) {
  Machine machine;
  Before before;
  const std::vector<std::string> uplinks{"eth1"};
  machine.kernel.routes = {by_gateway("192.168.1.1")};
  note(before, {}, machine.kernel, uplinks);
  machine.kernel.addresses = {{"eth1", ip("203.0.113.5"), 24}};
  const auto newer = by_gateway("203.0.113.1", 50);
  machine.kernel.routes = {newer};
  note(before, {}, machine.kernel, uplinks);
  EXPECT_EQ(given_back(before, machine), std::vector{newer});
  EXPECT_EQ(give_back(before, machine.kernel).lost.size(), 1U);
}

TEST(GiveBack, OfKaidodThatStartedBeforeTheNetworkIsWhatCame) {
  Machine machine;
  Before before;
  note(before, {}, machine.kernel, {"eth1"});
  machine.kernel.routes = {by_gateway("192.168.1.1")};
  note(before, {}, machine.kernel, {"eth1"});
  EXPECT_EQ(given_back(before, machine), machine.kernel.routes);
}

TEST(GiveBack, LeavesOutADeviceThatIsGone) {
  Machine machine;
  Before before;
  machine.kernel.routes = {by_gateway("192.168.1.1")};
  note(before, {}, machine.kernel, {"eth1"});
  before.settings = {{"ipv4/conf/eth1/arp_ignore", "0"}, {"ipv4/ip_forward", "0"}};
  std::erase_if(machine.kernel.links, [](const Link& link) { return link.name == "eth1"; });
  const auto back = give_back(before, machine.kernel);
  ASSERT_EQ(back.changes.size(), 1U);
  EXPECT_EQ(std::get<SetSysctl>(back.changes[0]).sysctl.path, "ipv4/ip_forward");
  EXPECT_TRUE(back.lost.empty());
}

TEST(GiveBack, RemembersNoMoreThanSomeOfWhatAServerTells) {
  Machine machine;
  Before before;
  note(before, {}, machine.kernel, {"eth1"});
  for (std::uint32_t metric = 1; metric < 200; ++metric) {
    machine.kernel.routes = {by_gateway("192.168.1.1", metric)};
    note(before, {}, machine.kernel, {"eth1"});
  }
  EXPECT_EQ(before.later.size(), kLater);
  EXPECT_EQ(before.later.back().metric, 199U);
}

TEST(GiveBack, OfADeviceThatIsNoUplinkAnyMoreIsSplitOff) {
  Machine machine;
  Before before;
  machine.kernel.routes = {by_gateway("192.168.1.1")};
  note(before, {}, machine.kernel, {"eth1", "eth2"});
  before.settings = {{"ipv4/conf/eth1/arp_ignore", "0"}, {"ipv4/ip_forward", "0"}};
  const auto part = split_off(before, {"eth2"});
  EXPECT_EQ(part.routes, machine.kernel.routes);
  EXPECT_EQ(part.settings.size(), 1U);
  EXPECT_EQ(before.devices, std::set<std::string>{"eth2"});
  EXPECT_EQ(before.settings.size(), 1U);
}

}  // namespace
}  // namespace kaido::test
