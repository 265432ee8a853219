#include <gtest/gtest.h>

#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/difference.hpp"
#include "core/desired/firewall.hpp"
#include "core/desired/fragments.hpp"
#include "core/desired/ike.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/network_routes.hpp"
#include "core/desired/wireguard.hpp"
#include "sample.hpp"

namespace kaido::test {
namespace {

const Link* link(const KernelState& kernel, std::string_view name) {
  const auto found = std::ranges::find(kernel.links, name, &Link::name);
  return found == kernel.links.end() ? nullptr : &*found;
}

std::vector<Route> routes_to(const KernelState& kernel, const char* prefix, std::uint32_t table) {
  std::vector<Route> result;
  for (const auto& route : kernel.routes)
    if (route.destination == net(prefix) && route.table == table) result.push_back(route);
  return result;
}

TEST(Addressing, IsDerivedFromStableNumbersOnly) {
  const auto fleet = net("fd4b:6169:646f::/48");
  EXPECT_EQ(own_address(fleet, 7).to_string(), "fd4b:6169:646f:7::1");
  EXPECT_EQ(inner_address(fleet, 65535, Transport::wireguard, 255).to_string(),
            "fd4b:6169:646f:ffff::2:ff");
  EXPECT_EQ(hub_ike_device(65535, 255).size(), 15U) << "the longest name that the kernel takes";
  EXPECT_EQ(if_id(7, 3), 0x4b000703U);
  EXPECT_EQ(connection_slot("kaido-tokyo-s2-s14"), 14);
}

TEST(Mtu, LeavesRoomForTheOuterHeadersAndNeverGoesUnder1280) {
  EXPECT_EQ(tunnel_mtu(Transport::wireguard, Family::v4, 1500), 1440U);
  EXPECT_EQ(tunnel_mtu(Transport::wireguard, Family::v6, 1500), 1420U);
  EXPECT_EQ(tunnel_mtu(Transport::ikev2, Family::v4, 1500), 1438U);
  EXPECT_EQ(tunnel_mtu(Transport::ikev2, Family::v6, 1492), 1410U);
  for (const std::uint32_t underlay : {0U, 68U, 576U, 1280U, 1340U})
    EXPECT_EQ(tunnel_mtu(Transport::ikev2, Family::v4, underlay), 1280U) << underlay;
}

TEST(Mtu, OutsideIsWhatTheTunnelMakesOfAPacket) {
  EXPECT_EQ(outer_size(Transport::wireguard, Family::v4, 1216), 1276U);
  EXPECT_EQ(outer_size(Transport::wireguard, Family::v4, 1217), 1292U) << "padded to 16";
  EXPECT_EQ(outer_size(Transport::wireguard, Family::v6, 1000), 1280U) << "RFC 8200 §5";
  for (const auto family : {Family::v4, Family::v6})
    EXPECT_LE(outer_size(Transport::ikev2, family, tunnel_mtu(Transport::ikev2, family, 1500)),
              1500U);
}

TEST(Mtu, InsideIsWhatPassesWithItsPaddingAndNoByteMore) {
  EXPECT_EQ(inner_size(Transport::wireguard, Family::v4, 576), 512U) << "and 4 bytes of no use";
  EXPECT_EQ(inner_size(Transport::wireguard, Family::v6, 1280), 1200U);
  for (const auto transport : {Transport::ikev2, Transport::wireguard})
    for (std::uint32_t bytes = 576; bytes <= 1500; ++bytes) {
      const auto inside = inner_size(transport, Family::v4, bytes);
      EXPECT_LE(outer_size(transport, Family::v4, inside), bytes);
      EXPECT_GT(outer_size(transport, Family::v4, inside + 1), bytes);
    }
}

TEST(DesiredKernel, GivesEveryUplinkItsOwnVrfWithAWayOutAndAFloor) {
  Driver gateway;
  gateway.start(branch());
  const auto kernel = desired_kernel(gateway.board, {});
  EXPECT_EQ(link(kernel, "kd-vrf1")->kind, LinkKind(VrfLink{221}));
  EXPECT_EQ(link(kernel, "eth1")->master, "kd-vrf1");
  const auto ways = routes_to(kernel, "0.0.0.0/0", 221);
  ASSERT_EQ(ways.size(), 2U);
  EXPECT_EQ(ways[0].type, RouteType::unreachable);
  EXPECT_EQ(ways[1].gateway, ip("192.168.1.1"));
  EXPECT_EQ(routes_to(kernel, "::/0", 222).size(), 2U);
}

TEST(DesiredKernel, LeavesAnAbsentUplinkOutButKeepsItsVrf) {
  Driver gateway;
  gateway.configure(branch());
  const auto kernel = desired_kernel(gateway.board, {});
  EXPECT_NE(link(kernel, "kd-vrf1"), nullptr);
  EXPECT_EQ(link(kernel, "eth1"), nullptr);
  EXPECT_EQ(routes_to(kernel, "0.0.0.0/0", 221).size(), 1U) << "unreachable stands for ever";
}

TEST(DesiredKernel, RoutesANetworkByOneNexthopPerFamilyAndKeepsAnUnreachableBelow) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{"kaido-tokyo-a-s1", 1, 1});
  const auto kernel = desired_kernel(gateway.board, {});
  const auto corp = routes_to(kernel, "10.50.0.0/16", kMainTable);
  ASSERT_EQ(corp.size(), 2U);
  EXPECT_EQ(corp[0].type, RouteType::unreachable);
  EXPECT_EQ(corp[1].source, ip("10.1.7.1"));
  const auto nexthop = std::ranges::find(kernel.nexthops, corp[1].nexthop, &Nexthop::id);
  ASSERT_NE(nexthop, kernel.nexthops.end());
  EXPECT_EQ(nexthop->device, "kd-ike1");
  EXPECT_EQ(routes_to(kernel, "10.60.0.0/24", kMainTable).size(), 1U) << "not up: unreachable only";
}

TEST(DesiredKernel, RoutesTheProbeOfAPlainHubByEachDeviceOfItsSlot) {
  auto model = branch();
  model.hubs[1].transports = {Transport::ikev2, Transport::wireguard};
  model.slots[2].probe = ip("10.99.1.1");
  model.slots.push_back(model.slots[2]);
  model.slots[3].number = 4;
  Driver gateway;
  gateway.start(model);
  const auto routes = routes_to(desired_kernel(gateway.board, {}), "10.99.1.1/32", kMainTable);
  ASSERT_EQ(routes.size(), 2U) << "two routes of one metric would replace each other for ever";
  EXPECT_EQ(routes[0].device, "kd-ike3");
  EXPECT_EQ(routes[1].device, "kd-wg3");
  EXPECT_LT(routes[0].metric, routes[1].metric);
  const auto firewall = to_nft(desired_firewall(gateway.board));
  EXPECT_NE(firewall.find("\"kd-ike3\" . 10.99.1.1/32"), std::string::npos)
      << "answers may come in";
  const auto devices = desired_wireguard(gateway.board);
  const auto device = std::ranges::find(devices, "kd-wg3", &WireGuardDevice::name);
  ASSERT_NE(device, devices.end());
  EXPECT_EQ(std::ranges::count(device->peers.at(0).allowed_ips, net("10.99.1.1/32")), 1);
}

TEST(DesiredKernel, AsksAProbeOnlyByTheTransportsThatAnswerIt) {
  auto model = branch();
  model.hubs[1].transports = {Transport::ikev2, Transport::wireguard};
  model.slots[2].probe = ip("10.99.1.1");
  model.slots[2].probe_transports = {Transport::wireguard};
  Driver gateway;
  gateway.start(model);
  const auto routes = routes_to(desired_kernel(gateway.board, {}), "10.99.1.1/32", kMainTable);
  ASSERT_EQ(routes.size(), 1U);
  EXPECT_EQ(routes[0].device, "kd-wg3");
}

TEST(DesiredKernel, OfAHubWritesPlainRoutesOfItsSitesForBird) {
  Driver gateway;
  gateway.start(hub());
  EXPECT_TRUE(routes_to(desired_kernel(gateway.board, {}), "10.1.7.0/24", kSitesTable).empty());
  gateway.feed(ChildSaUp{"kaido-osaka-s2", 1, 1});
  const auto kernel = desired_kernel(gateway.board, {});
  const auto plain = routes_to(kernel, "10.1.7.0/24", kSitesTable);
  ASSERT_EQ(plain.size(), 1U);
  EXPECT_EQ(plain[0].nexthop, 0U);
  EXPECT_EQ(plain[0].device, "kd-ike7-2");
  EXPECT_TRUE(routes_to(kernel, "10.1.8.0/24", kSitesTable).empty());
}

/// A hub with two carriers and rules of its own, as its admin made it.
KernelState two_carriers() {
  const auto by = [](const char* to, const char* gateway, std::uint32_t table, const char* device) {
    return Route{.destination = net(to),
                 .table = table,
                 .gateway = ip(gateway),
                 .device = device,
                 .protocol = 3};
  };
  return {.routes = {by("0.0.0.0/0", "203.0.113.2", kMainTable, "a"),
                     by("198.51.0.0/16", "203.0.113.10", kMainTable, "c"),
                     by("0.0.0.0/0", "203.0.113.6", 2, "b")}};
}

TEST(DesiredKernel, OfAHubOffersNothingByItsDefaultRoute) {
  auto model = hub();
  model.networks = {{.name = "corp", .prefixes = {net("10.50.0.0/16"), net("fd50::/32")}}};
  Driver gateway;
  gateway.start(model);
  const auto kernel = desired_kernel(gateway.board, {});
  for (const auto* prefix : {"10.50.0.0/16", "fd50::/32"}) {
    const auto routes = routes_to(kernel, prefix, kMainTable);
    ASSERT_EQ(routes.size(), 1U) << prefix;
    EXPECT_EQ(routes[0].type, RouteType::unreachable);
    EXPECT_EQ(routes[0].metric, kUnreachableMetric) << "BIRD's and the kernel's own win";
    EXPECT_EQ(routes[0].protocol, kRouteProtocol) << "or teardown would leave it";
  }
}

TEST(DesiredKernel, OfAHubThatHasHeardNobodyIsTheLastResort) {
  Driver gateway;
  gateway.start(hub());
  gateway.feed(ChildSaUp{"kaido-osaka-s2", 1, 1});
  const auto plain = routes_to(desired_kernel(gateway.board, {}), "10.1.7.0/24", kSitesTable);
  ASSERT_EQ(plain.size(), 1U);
  EXPECT_EQ(plain[0].metric, kStaleMetric) << "the site may be at another hub";
}

TEST(DesiredKernel, OfAHubThatOutranksOthersHasALowMetricInTheTableThatTheyAreToldFrom) {
  Driver gateway;
  gateway.start(hub());
  gateway.board.routes.measured = true;
  gateway.board.routes.by_name["osaka"] = {.tunnel = 0, .outranks = true};
  const auto kernel = desired_kernel(gateway.board, {});
  const auto told = routes_to(kernel, "10.1.7.0/24", kSitesTable);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].metric, kOutranksMetric);
}

TEST(AdoptedRouting, IsWhatAnEarlierKaidodDecided) {
  Driver gateway;
  gateway.start(hub());
  gateway.board.routes.measured = true;
  const auto ike = match_tunnels(gateway.board.tunnels, "osaka:2/ikev2").at(0);
  const auto wireguard = match_tunnels(gateway.board.tunnels, "osaka:1/wireguard").at(0);
  gateway.board.tunnels.list[wireguard].outer = ip("198.51.100.17");
  for (const auto& routing :
       {Routing{.tunnel = ike}, Routing{.tunnel = ike, .deliver = true, .stale = true},
        Routing{.tunnel = ike, .outranks = true},
        Routing{.tunnel = ike, .deliver = false, .announce = false},
        Routing{.tunnel = wireguard, .size = 1208, .fragments = true}}) {
    gateway.board.routes.by_name["osaka"] = routing;
    const auto kernel = desired_kernel(gateway.board, two_carriers());
    const auto adopted = adopted_routing(gateway.board, kernel);
    ASSERT_EQ(adopted.size(), 1U) << "nagoya had none";
    EXPECT_EQ(adopted.at("osaka"), routing);
  }
}

TEST(DesiredKernel, OfASiteFragmentsOutsideByAnMtuOfTheRouteToTheEndpoint) {
  Driver gateway;
  gateway.start(branch());
  const auto index = match_tunnels(gateway.board.tunnels, "tokyo/a:isp1/wireguard").at(0);
  const auto* const endpoint = "203.0.113.1/32";
  gateway.board.routes.sizes.assign(gateway.board.tunnels.size(), {});
  gateway.board.routes.sizes[index] = {.size = 1208};
  EXPECT_TRUE(routes_to(desired_kernel(gateway.board, {}), endpoint, 221).empty());
  gateway.board.routes.sizes[index].fragments = true;
  const auto routes = routes_to(desired_kernel(gateway.board, {}), endpoint, 221);
  ASSERT_EQ(routes.size(), 1U);
  EXPECT_EQ(routes[0].gateway, ip("192.168.1.1"));
  EXPECT_EQ(routes[0].mtu, 1276U) << "1208, padded to 1216, and 60 of headers";
  EXPECT_TRUE(routes[0].mtu_locked);
}

TEST(DesiredKernel, OfAHubFragmentsOutsideInEveryTableThatMayLeadToTheSite) {
  Driver gateway;
  gateway.start(hub());
  gateway.board.routes.measured = true;
  const auto index = match_tunnels(gateway.board.tunnels, "osaka:1/wireguard").at(0);
  gateway.board.tunnels.list[index].outer = ip("198.51.100.17");
  gateway.board.routes.by_name["osaka"] = {.tunnel = index, .size = 1208};
  EXPECT_TRUE(fragmented_peers(gateway.board).empty());
  gateway.board.routes.by_name["osaka"].fragments = true;
  EXPECT_EQ(fragmented_peers(gateway.board), std::vector{ip("198.51.100.17")});
  const auto kernel = desired_kernel(gateway.board, two_carriers());
  const auto main = routes_to(kernel, "198.51.100.17/32", kMainTable);
  const auto second = routes_to(kernel, "198.51.100.17/32", 2);
  ASSERT_EQ(main.size(), 1U);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(main[0].gateway, ip("203.0.113.10")) << "the longest prefix leads there";
  EXPECT_EQ(main[0].device, "c");
  EXPECT_EQ(second[0].gateway, ip("203.0.113.6"));
  for (const auto& route : {main[0], second[0]}) {
    EXPECT_EQ(route.protocol, kRouteProtocol);
    EXPECT_EQ(route.mtu, 1276U);
    EXPECT_TRUE(route.mtu_locked);
  }
}

TEST(DesiredKernel, OfAHubGivesNoHostOfTheInsideARouteOutside) {
  auto model = hub();
  model.networks = {{.name = "corp", .prefixes = {net("10.50.0.0/16"), net("::/0")}}};
  Driver gateway;
  gateway.start(std::move(model));
  gateway.board.routes.measured = true;
  const auto index = match_tunnels(gateway.board.tunnels, "osaka:1/wireguard").at(0);
  gateway.board.routes.by_name["osaka"] = {.tunnel = index, .size = 1208, .fragments = true};
  // What a site writes as the source of its outer packets: a host of a site, a gateway, a server.
  for (const auto* const address :
       {"10.1.7.10", "fd51:7::10", "fd4b:6169:646f:8::1", "10.50.0.10"}) {
    gateway.board.tunnels.list[index].outer = ip(address);
    EXPECT_TRUE(fragmented_peers(gateway.board).empty()) << address;
  }
  gateway.board.tunnels.list[index].outer = ip("2001:db8::17");
  EXPECT_FALSE(fragmented_peers(gateway.board).empty()) << "the internet as a network is not it";
}

TEST(DesiredKernel, OfAHubDoesNotFragmentEsp) {
  Driver gateway;
  gateway.start(hub());
  gateway.board.routes.measured = true;
  const auto index = match_tunnels(gateway.board.tunnels, "osaka:1/ikev2").at(0);
  gateway.board.tunnels.list[index].outer = ip("198.51.100.17");
  gateway.board.routes.by_name["osaka"] = {.tunnel = index, .size = 1208, .fragments = true};
  EXPECT_TRUE(
      routes_to(desired_kernel(gateway.board, two_carriers()), "198.51.100.17/32", kMainTable)
          .empty());
}

TEST(Reconcile, TellsOtherRoutersOfASiteOnlyWhenItsPacketsFindTheirWay) {
  Driver gateway;
  gateway.start(hub());
  gateway.feed(ChildSaUp{"kaido-osaka-s2", 1, 1});
  const auto with = desired_kernel(gateway.board, {});
  const auto position = [](const auto& changes, std::uint32_t table, bool added) {
    return std::ranges::find_if(changes, [&](const KernelChange& change) {
      const auto* const set = std::get_if<ReplaceRoute>(&change);
      const auto* const removed = std::get_if<DeleteRoute>(&change);
      const auto* const route =
          added ? (set ? &set->route : nullptr) : (removed ? &removed->route : nullptr);
      return route != nullptr && route->table == table &&
             route->destination == net("10.1.7.0/24") && route->type == RouteType::unicast;
    });
  };
  const auto come = difference(with, {});
  EXPECT_LT(position(come, kMainTable, true), position(come, kSitesTable, true));
  EXPECT_NE(position(come, kSitesTable, true), come.end());
  const auto go = difference({}, with);
  EXPECT_LT(position(go, kSitesTable, false), position(go, kMainTable, false));
  EXPECT_NE(position(go, kMainTable, false), go.end());
}

TEST(DesiredKernel, KeepsANetworksIdsWhenOthersComeAndGo) {
  Driver gateway;
  gateway.start(branch());
  const auto before = network_routes(gateway.board);
  auto model = branch();
  model.networks.erase(model.networks.begin());
  gateway.configure(model);
  const auto after = network_routes(gateway.board);
  EXPECT_EQ(std::ranges::find(before, "partner", &NetworkRoute::name)->nexthop,
            std::ranges::find(after, "partner", &NetworkRoute::name)->nexthop);
}

TEST(Choices, PreferHubsInOrderThenTransportThenSlot) {
  Driver gateway;
  gateway.start(branch());
  gateway.handshake("kd-wg1", key(1), 1);
  EXPECT_EQ(gateway.board.tunnels.list[*network_routes(gateway.board)[0].tunnel].name,
            "tokyo/a:isp1/wireguard");
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 1, 1});
  EXPECT_EQ(gateway.board.tunnels.list[*network_routes(gateway.board)[0].tunnel].name,
            "tokyo/b:isp2/ikev2");
}

TEST(DesiredWireGuard, LetsOnlyTheHubsPrefixesThrough) {
  Driver gateway;
  gateway.start(branch());
  const auto devices = desired_wireguard(gateway.board);
  ASSERT_EQ(devices.size(), 3U);
  const auto& peer = devices[0].peers.at(0);
  EXPECT_EQ(devices[0].fwmark, 0x4b01U);
  EXPECT_EQ(peer.endpoint->to_string(), "203.0.113.1:51801");
  for (const auto* inside :
       {"10.50.0.0/16", "fd50::/32", "10.50.255.101/32", "fd4b:6169:646f:65::2:1/128"})
    EXPECT_EQ(std::ranges::count(peer.allowed_ips, net(inside)), 1) << inside;
  EXPECT_EQ(std::ranges::count(peer.allowed_ips, net("10.60.0.0/24")), 0);
  EXPECT_EQ(devices[2].peers.at(0).endpoint->to_string(), "198.51.100.4:51820");
}

TEST(DesiredWireGuard, GivesAHubOneDeviceForEachSlotNumber) {
  Driver gateway;
  gateway.start(hub());
  const auto devices = desired_wireguard(gateway.board);
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].listen_port, 51801);
  EXPECT_EQ(devices[0].peers.size(), 2U);
  EXPECT_EQ(devices[1].peers.size(), 1U);
}

TEST(DesiredIke, OffersStrongProposalsOnlyUnlessAskedByName) {
  Driver gateway;
  gateway.start(branch());
  for (const auto& connection : desired_ike(gateway.board).connections)
    for (const auto& proposal : connection.ike_proposals)
      EXPECT_TRUE(proposal.starts_with("aes256gcm16-") ||
                  proposal.starts_with("chacha20poly1305-"));
  for (const auto& connection : desired_ike(gateway.board).connections)
    EXPECT_TRUE(connection.esp_proposals.front().starts_with("chacha20poly1305-"))
        << "AES-GCM of some kernels leaves devices that cannot be deleted";
  auto model = branch();
  model.hubs[0].weak_ike_proposals = {"aes128-sha1-modp1024"};
  gateway.configure(model);
  EXPECT_EQ(desired_ike(gateway.board).connections[0].ike_proposals.back(), "aes128-sha1-modp1024");
}

TEST(DesiredIke, HasAnIdentityForEachSlot) {
  Driver gateway;
  gateway.start(branch());
  const auto ike = desired_ike(gateway.board);
  ASSERT_EQ(ike.connections.size(), 2U);
  EXPECT_EQ(ike.connections[0].local_id, "s1.osaka.example");
  EXPECT_EQ(ike.connections[0].local_addrs, std::vector<std::string>{"169.254.210.1"});
  EXPECT_EQ(ike.connections[1].local_addrs, std::vector<std::string>{"2001:db8:2::5"});
}

TEST(DesiredFirewall, LetsASlotSpeakOnlyForItsOwnSite) {
  Driver gateway;
  gateway.start(hub());
  const auto body = to_nft(desired_firewall(gateway.board));
  EXPECT_NE(body.find("\"kd-ike7-1\" . 10.1.7.0/24"), std::string::npos);
  EXPECT_EQ(body.find("\"kd-ike7-1\" . 10.1.8.0/24"), std::string::npos);
  EXPECT_EQ(body.find("\"kd-ike7-1\" . fd4b:6169:646f:7::1:2/128"), std::string::npos)
      << "the inner address of another slot";
}

TEST(Reconcile, IsEmptyWhereAllIsRight) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{"kaido-tokyo-a-s1", 1, 1});
  const auto desired = desired_kernel(gateway.board, {});
  EXPECT_TRUE(difference(desired, desired).empty());
}

TEST(Reconcile, LeavesForeignThingsAlone) {
  KernelState observed;
  observed.links = {{.name = "wg0", .kind = WireGuardLink{}},
                    {.name = "kd-wg9", .kind = WireGuardLink{}}};
  observed.rules = {{.priority = 50, .table = 7, .protocol = 3}};
  observed.routes = {{.destination = net("10.9.0.0/16"), .protocol = 4}};
  observed.nexthops = {{.id = 1, .device = "wg0", .protocol = 3}};
  observed.addresses = {{"wg0", ip("10.9.0.1"), 24}};
  EXPECT_TRUE(difference({}, observed).empty());
}

TEST(Reconcile, TeardownRemovesEverythingOfKaidosAndGivesTheLocalRuleBackFirst) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{"kaido-tokyo-a-s1", 1, 1});
  const auto all = desired_kernel(gateway.board, {});
  const auto changes = difference({}, all);
  std::size_t removed = 0;
  std::optional<std::size_t> given_back;
  std::optional<std::size_t> taken;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (const auto* rule = std::get_if<AddRule>(&changes[i]); rule && !given_back) given_back = i;
    if (const auto* rule = std::get_if<DeleteRule>(&changes[i]);
        rule && rule->rule.table == kLocalTable && !taken)
      taken = i;
    if (std::holds_alternative<DeleteLink>(changes[i])) ++removed;
  }
  ASSERT_TRUE(given_back && taken);
  EXPECT_LT(*given_back, *taken) << "without a local rule the machine is deaf";
  EXPECT_EQ(removed, all.links.size() - 2) << "all but eth1 and eth2";
}

TEST(Reconcile, RepairsWhatSomebodyTookAway) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{"kaido-tokyo-a-s1", 1, 1});
  const auto desired = desired_kernel(gateway.board, {});
  auto observed = desired;
  std::erase_if(observed.routes, [](const Route& route) { return route.table == kMainTable; });
  std::erase_if(observed.links, [](const Link& l) { return l.name == "kd-wg1"; });
  bool link_again = false;
  std::size_t routes_again = 0;
  for (const auto& change : difference(desired, observed)) {
    if (const auto* created = std::get_if<CreateLink>(&change))
      link_again = created->link.name == "kd-wg1";
    if (std::holds_alternative<ReplaceRoute>(change)) ++routes_again;
  }
  EXPECT_TRUE(link_again);
  EXPECT_EQ(routes_again, desired.routes.size() - observed.routes.size());
}

TEST(Uplinks, TakeTheirGatewayFromTheDefaultRouteThatIsSeen) {
  auto model = branch();
  model.uplinks[0].gateways.clear();
  KernelState kernel;
  kernel.links = {{.name = "eth1", .mtu = 1492, .up = true, .running = true}};
  kernel.addresses = {{"eth1", ip("192.0.2.5"), 24}, {"eth1", ip("fe80::5"), 64}};
  Route own{
      .destination = net("0.0.0.0/0"), .table = 221, .gateway = ip("192.0.2.1"), .device = "eth1"};
  kernel.routes = {own};
  auto seen = observe_uplinks(model, kernel, {});
  EXPECT_EQ(seen[0].gateways, std::vector{ip("192.0.2.1")});
  EXPECT_EQ(seen[0].addresses, std::vector{ip("192.0.2.5")});
  EXPECT_EQ(unusable(model.uplinks[0], seen[0], Family::v4), std::nullopt);
  own.protocol = 16;
  own.table = kMainTable;
  own.gateway = ip("192.0.2.254");
  kernel.routes.push_back(own);
  EXPECT_EQ(observe_uplinks(model, kernel, {})[0].gateways, std::vector{ip("192.0.2.254")})
      << "what DHCP has just said wins over Kaido's own copy";
}

}  // namespace
}  // namespace kaido::test
