#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/kernel.hpp"
#include "core/wireguard.hpp"

namespace kaido {
namespace {

WireGuardKey key(unsigned number) {
  WireGuardKey bytes{};
  bytes[0] = static_cast<std::uint8_t>(number >> 8);
  bytes[1] = static_cast<std::uint8_t>(number);
  return bytes;
}

WireGuardPeer peer(unsigned number) {
  WireGuardPeer result;
  result.public_key = key(number);
  result.allowed_ips = {
      Prefix::parse(fmt::format("10.{}.{}.0/24", number / 256, number % 256)).value(),
      Prefix::parse(fmt::format("fd00:{:x}::/64", number + 1)).value()};
  return result;
}

WireGuardDevice device(std::initializer_list<unsigned> peers) {
  WireGuardDevice result{.name = "kd-wg1", .private_key = WireGuardPrivateKey(key(9))};
  result.listen_port = 51801;
  for (const auto number : peers) result.peers.push_back(peer(number));
  return result;
}

ObservedWireGuardDevice observe(const WireGuardDevice& device) {
  ObservedWireGuardDevice observed;
  observed.name = device.name;
  observed.private_key = device.private_key;
  observed.listen_port = device.listen_port;
  observed.fwmark = device.fwmark;
  for (const auto& p : device.peers) observed.peers.push_back({.peer = p});
  return observed;
}

TEST(WireGuardDifference, IsEmptyWhenAllIsAsItShouldBe) {
  const auto change = difference(device({1, 2, 3}), observe(device({1, 2, 3})));
  EXPECT_TRUE(change.empty());
  EXPECT_EQ(change.device, "kd-wg1");
}

TEST(WireGuardDifference, DoesNotDependOnTheOrderThatTheKernelHas) {
  auto observed = observe(device({1, 2, 3}));
  std::ranges::reverse(observed.peers);
  std::ranges::reverse(observed.peers[0].peer.allowed_ips);
  EXPECT_TRUE(difference(device({1, 2, 3}), observed).empty());
}

TEST(WireGuardDifference, WritesAllOfANewDevice) {
  auto desired = device({1, 2});
  desired.fwmark = 0x100;
  desired.peers[0].endpoint = SocketAddress{IpAddress::parse("192.0.2.1").value(), 51801};
  desired.peers[1].persistent_keepalive = 25;
  const auto change = difference(desired, {});
  EXPECT_TRUE(change.private_key == desired.private_key);
  EXPECT_EQ(change.listen_port, 51801);
  EXPECT_EQ(change.fwmark, 0x100);
  ASSERT_EQ(change.peers.size(), 2);
  EXPECT_TRUE(change.peers[0].set_endpoint);
  EXPECT_FALSE(change.peers[0].set_keepalive);
  EXPECT_FALSE(change.peers[1].set_endpoint);
  EXPECT_TRUE(change.peers[1].set_keepalive);
  for (const auto& p : change.peers) {
    EXPECT_TRUE(p.set_allowed_ips);
    EXPECT_FALSE(p.update_only);
    EXPECT_FALSE(p.remove);
  }
}

TEST(WireGuardDifference, RemovesPeersBeforeItWritesOthers) {
  const auto change = difference(device({2, 3, 5}), observe(device({1, 2, 4, 6})));
  ASSERT_EQ(change.peers.size(), 5);
  const std::vector<unsigned> order = {1, 4, 6, 3, 5};
  for (std::size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(change.peers[i].peer.public_key, key(order[i]));
    EXPECT_EQ(change.peers[i].remove, i < 3);
  }
}

TEST(WireGuardDifference, WritesOnlyWhatDiffersOfAPeer) {
  auto desired = device({1, 2, 3, 4});
  desired.peers[0].allowed_ips.pop_back();
  desired.peers[1].persistent_keepalive = 25;
  desired.peers[2].endpoint = SocketAddress{IpAddress::parse("192.0.2.1").value(), 51801};
  const auto change = difference(desired, observe(device({1, 2, 3, 4})));
  EXPECT_FALSE(change.private_key);
  EXPECT_FALSE(change.listen_port);
  EXPECT_FALSE(change.fwmark);
  ASSERT_EQ(change.peers.size(), 3);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(change.peers[i].set_allowed_ips, i == 0);
    EXPECT_EQ(change.peers[i].set_keepalive, i == 1);
    EXPECT_EQ(change.peers[i].set_endpoint, i == 2);
    EXPECT_TRUE(change.peers[i].update_only);
  }
}

TEST(WireGuardDifference, LeavesALearnedEndpointAlone) {
  auto observed = observe(device({1}));
  observed.peers[0].peer.endpoint = SocketAddress{IpAddress::parse("192.0.2.1").value(), 4000};
  EXPECT_TRUE(difference(device({1}), observed).empty());
}

TEST(WireGuardDifference, CorrectsAnEndpointThatRoamed) {
  auto desired = device({1});
  desired.peers[0].endpoint = SocketAddress{IpAddress::parse("192.0.2.1").value(), 51801};
  auto observed = observe(desired);
  observed.peers[0].peer.endpoint->port = 4000;
  const auto change = difference(desired, observed);
  ASSERT_EQ(change.peers.size(), 1);
  EXPECT_TRUE(change.peers[0].set_endpoint);
}

TEST(WireGuardDifference, LeavesThePortToTheKernelWhenNoneIsDesired) {
  auto desired = device({});
  desired.listen_port = 0;
  auto observed = observe(desired);
  observed.listen_port = 34567;
  EXPECT_TRUE(difference(desired, observed).empty());
}

TEST(WireGuardDifference, ReplacesAnotherKey) {
  auto observed = observe(device({1}));
  observed.private_key = WireGuardPrivateKey(key(10));
  const auto change = difference(device({1}), observed);
  EXPECT_TRUE(change.private_key);
  EXPECT_TRUE(change.peers.empty());
}

TEST(WireGuardDifference, OfTenThousandPeersIsTheOneThatChanged) {
  auto desired = device({});
  for (unsigned i = 0; i < 10000; ++i) desired.peers.push_back(peer(i));
  auto observed = observe(desired);
  std::ranges::reverse(observed.peers);
  desired.peers[5000].allowed_ips.pop_back();
  const auto change = difference(desired, observed);
  ASSERT_EQ(change.peers.size(), 1);
  EXPECT_EQ(change.peers[0].peer.public_key, key(5000));
}

TEST(KernelChange, IsDescribedInOneLine) {
  Link link;
  link.name = "kd-ike3";
  link.kind = XfrmLink{3, "kd-vrf1"};
  EXPECT_EQ(describe(CreateLink{link}), "add link kd-ike3 (xfrm)");
  link.master = "kd-vrf1";
  link.up = true;
  EXPECT_EQ(describe(UpdateLink{link}), "set link kd-ike3: up, master kd-vrf1");
  EXPECT_EQ(describe(DeleteLink{"kd-ike3"}), "delete link kd-ike3");
  EXPECT_EQ(describe(AddAddress{{"lo", IpAddress::parse("10.1.7.1").value(), 32}}),
            "add address 10.1.7.1/32 on lo");
  Rule rule;
  rule.priority = 1101;
  rule.table = 100;
  rule.fwmark = 0x100;
  rule.fwmask = 0xff00;
  EXPECT_EQ(describe(AddRule{rule}), "add IPv4 rule 1101 fwmark 0x100/0xff00 lookup 100");
  EXPECT_EQ(describe(ReplaceNexthop{{7, Family::v6, "kd-wg1"}}), "set nexthop 7 (IPv6) to kd-wg1");
  Route route;
  route.destination = Prefix::parse("0.0.0.0/0").value();
  route.type = RouteType::unreachable;
  route.table = 100;
  route.metric = 4278198272U;
  EXPECT_EQ(describe(DeleteRoute{route}),
            "delete route unreachable 0.0.0.0/0 table 100 metric 4278198272");
  EXPECT_EQ(describe(SetSysctl{{"ipv4/ip_forward", "1"}}), "set net/ipv4/ip_forward to 1");
}

}  // namespace
TEST(WireGuardDifference, WritesAPreSharedKeyWhereItDiffersAndNothingElse) {
  auto desired = device({1, 2});
  desired.peers[0].preshared_key = Secret(key(5));
  for (const auto& before : {std::optional<Secret>(), std::optional(Secret(key(6)))}) {
    auto observed = observe(device({1, 2}));
    observed.peers[0].peer.preshared_key = before;
    const auto change = difference(desired, observed);
    ASSERT_EQ(change.peers.size(), 1U);
    const auto& written = change.peers[0];
    EXPECT_TRUE(written.set_preshared_key && written.update_only);
    EXPECT_FALSE(written.set_endpoint || written.set_allowed_ips || written.set_keepalive);
    EXPECT_EQ(written.peer.preshared_key, Secret(key(5)));
  }
  EXPECT_TRUE(difference(desired, observe(desired)).empty());
}

TEST(WireGuardDifference, TakesAPreSharedKeyAwayThatIsNotDesired) {
  auto observed = observe(device({1}));
  observed.peers[0].peer.preshared_key = Secret(key(6));
  const auto change = difference(device({1}), observed);
  ASSERT_EQ(change.peers.size(), 1U);
  EXPECT_TRUE(change.peers[0].set_preshared_key);
  EXPECT_EQ(change.peers[0].peer.preshared_key, std::nullopt);
}

TEST(WireGuardDifference, AddsAPeerWithItsPreSharedKey) {
  auto desired = device({1});
  desired.peers[0].preshared_key = Secret(key(5));
  const auto change = difference(desired, observe(device({})));
  ASSERT_EQ(change.peers.size(), 1U);
  EXPECT_TRUE(change.peers[0].set_preshared_key);
  EXPECT_EQ(change.peers[0].peer.preshared_key, Secret(key(5)));
}

}  // namespace kaido
