// The text of the table; what it does to packets is the lab's (closed_hub, forged_by_lan).
#include "core/desired/firewall.hpp"

#include <gtest/gtest.h>

#include "core/desired/nft_text.hpp"
#include "sample.hpp"

namespace kaido {
namespace {

using namespace test;

std::string text_of(const Model& model, const Surroundings& surroundings = {}) {
  Driver gateway;
  gateway.start(model);
  gateway.board.surroundings = surroundings;
  return to_nft(desired_firewall(gateway.board));
}
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(DesiredFirewall, LetsNobodyElseSpeakAsTheGateway) {
  const auto text = text_of(branch());
  EXPECT_TRUE(has(text,
                  "set own6 { type ipv6_addr; flags interval; elements = { "
                  "fd4b:6169:646f:7::/64 } }"))
      << "all its inner addresses";
  EXPECT_TRUE(has(text, "set own4 { type ipv4_addr; flags interval; elements = { 10.1.7.1/32 } }"));
  EXPECT_TRUE(has(text, "ip6 saddr fd4b:6169:646f::/48 counter drop"))
      << "nothing of the fleet comes from a LAN or an uplink";
}

TEST(DesiredFirewall, KeepsTheGatewaysOwnPacketsOfTheInsideFromItsUplinks) {
  const auto text = text_of(branch());
  EXPECT_TRUE(has(text, R"(oifname != { "eth1", "eth2" } return)"));
  EXPECT_TRUE(has(text,
                  "ip saddr != { 0.0.0.0, 169.254.210.0/24 } fib saddr . oif type != local "
                  "counter drop"));
  EXPECT_TRUE(has(text, "ip6 saddr != :: fib saddr . oif type != local counter drop"));
  EXPECT_TRUE(has(text,
                  "set inside4 { type ipv4_addr; flags interval; elements = { "
                  "10.50.0.0/16, 10.60.0.0/24 } }"))
      << "networks, and what of the hubs' own lies outside of them";
  EXPECT_TRUE(has(text, "ip6 daddr @inside6 counter drop"));
  EXPECT_TRUE(has(text, "ip daddr @endpoints4 return\n")) << "tunnels to a hub inside one of them";
}

TEST(DesiredFirewall, OfASiteForwardsBetweenTunnelsAndLanOnly) {
  const auto text = text_of(branch());
  const std::string lan = R"({ "kd-*", "eth1", "eth2" })";
  EXPECT_TRUE(has(text, "policy accept;\n    udp dport 862 counter drop\n"));
  EXPECT_TRUE(has(text, R"(iifname { "kd-ike*", "kd-wg*" } oifname != )" + lan));
  // Who is below an uplink (a VLAN's device, PPPoE's) has no source of the LAN's.
  const auto into = "    iifname != " + lan + R"( oifname { "kd-ike*", "kd-wg*" } )";
  EXPECT_TRUE(has(text, into + "fib saddr . iif oif 0 counter drop\n" + into + "goto allowed\n"));
}

TEST(DesiredFirewall, ForwardsWithinTheLanOnlyWhereThatIsSaid) {
  auto model = branch();
  EXPECT_FALSE(has(text_of(model), R"(iifname { "lan1", "lan2" })"));
  model.gateway.forward_between = {"lan1", "lan2"};
  EXPECT_TRUE(has(text_of(model), R"(iifname { "lan1", "lan2" } oifname { "lan1", "lan2" })"));
}

TEST(DesiredFirewall, KeepsBothDirectionsOfAnUplinkInItsZone) {
  const auto text = text_of(branch());
  EXPECT_TRUE(has(text, R"(oifname { "eth2", "kd-vrf2" } ct zone set 222)"));
  EXPECT_TRUE(has(text, R"(iifname { "eth2", "kd-vrf2" } ct zone set 222)"));
}

TEST(DesiredFirewall, OfAHubAsksItsOwnRouteWhereANetworkIs) {
  auto model = hub();
  model.networks = {{.name = "corp", .prefixes = {net("10.50.0.0/16")}}};
  const auto text = text_of(model, {.outer = {"eth0"}, .inner = {"core"}});
  EXPECT_TRUE(has(text, "ip saddr @offered4 fib saddr . iif oif 0 counter drop"));
  EXPECT_TRUE(has(text, "ip daddr @offered4 goto allowed"));
  EXPECT_TRUE(has(text, R"(iifname . oifname { "core" . "core" } goto allowed)"));
}

TEST(DesiredFirewall, OfAHubTakesANetworkFromTheDevicesThatItNames) {
  auto model = hub();
  model.networks = {
      {.name = "corp", .prefixes = {net("10.50.0.0/16")}, .devices = {"core", "core2"}}};
  const auto text = text_of(model);
  EXPECT_TRUE(has(text, R"("core" . 10.50.0.0/16, "core2" . 10.50.0.0/16)"));
  EXPECT_TRUE(has(text, "set offered4 { type ipv4_addr; flags interval; }"));
}

TEST(DesiredFirewall, OfAHubLetsSitesSpeakWithEachOtherOnlyInAGroup) {
  auto model = hub();
  EXPECT_FALSE(has(text_of(model), "group"));
  model.sites[0].groups = {"offices"};
  EXPECT_TRUE(has(text_of(model),
                  "set group0_4 { type ipv4_addr; flags interval; elements = { 10.1.7.0/24 } }"));
  model.sites[1].groups = {"offices"};
  const auto text = text_of(model);
  EXPECT_TRUE(has(text,
                  "set group0_4 { type ipv4_addr; flags interval; elements = { "
                  "10.1.7.0/24, 10.1.8.0/24 } }"));
  EXPECT_TRUE(has(text, "ip saddr @group0_4 ip daddr @group0_4 goto allowed"));
}

TEST(DesiredFirewall, OfAHubSendsTheInternetOutsideAndLetsOnlyAnswersIn) {
  auto model = hub();
  model.networks = {{.name = "internet", .prefixes = {net("0.0.0.0/0")}}};
  const auto text = text_of(model, {.outer = {"eth0"}, .inner = {"core"}});
  EXPECT_TRUE(has(text,
                  R"(oifname { "eth0" } ip daddr != { 10.0.0.0/8, 100.64.0.0/10, )"
                  "168.63.129.16, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16 } goto allowed"));
  model.networks[0].prefixes = {net("::/0")};
  EXPECT_TRUE(has(text_of(model, {.outer = {"eth0"}}),
                  R"(oifname { "eth0" } ip6 daddr != { fc00::/7, fe80::/10 } goto allowed)"));
  EXPECT_TRUE(has(text, R"(iifname { "eth0" } oifname { "kd-ike*", "kd-wg*" } meta nfproto ipv4 )"
                        "ct state { established, related } goto allowed"));
  EXPECT_FALSE(has(text, "0.0.0.0/0"));
}

TEST(DesiredFirewall, OfAHubHidesItsInnerAddressesFromTheOutside) {
  const auto text = text_of(hub(), {.outer = {"eth0"}, .inner_addresses = {ip("10.50.254.1")}});
  EXPECT_TRUE(
      has(text, "set inner4 { type ipv4_addr; flags interval; elements = { 10.50.254.1/32 } }"));
  EXPECT_TRUE(has(text, R"(iifname { "eth0" } ip daddr @inner4 counter drop)"));
}

TEST(DesiredFirewall, OfAHubHidesItsOtherAddressesFromItsSites) {
  EXPECT_TRUE(has(text_of(hub(), {.inner_addresses = {ip("10.66.0.1")}}),
                  R"(iifname { "kd-ike*", "kd-wg*" } ip daddr @inner4 ip daddr != @own4 )"
                  "ip daddr != @offered4 ip daddr != @faced4 counter drop"));
}

TEST(DesiredFirewall, LetsNoOtherUserOfTheMachineSpeakAsItsGateway) {
  EXPECT_TRUE(has(text_of(hub(), {}),
                  "iifname \"lo\" ip6 saddr fd4b:6169:646f::/48 udp dport 862 counter drop"));
  EXPECT_TRUE(has(text_of(branch(), {}),
                  "ip6 daddr fd4b:6169:646f::/48 udp dport 862 meta skuid != 0 counter drop"));
}

TEST(NftText, KeepsOnlyPrefixesThatLieInNoOther) {
  EXPECT_EQ(nft::outermost({net("10.1.7.0/24"), net("10.0.0.0/8"), net("fd00::/8"),
                            net("fd51:7::/64"), net("10.0.0.0/8"), net("11.0.0.0/8")}),
            (std::vector{net("10.0.0.0/8"), net("11.0.0.0/8"), net("fd00::/8")}));
}

Link device(const char* name, const char* alias = "") {
  return {.name = name, .kind = OtherLink{}, .alias = alias};
}

TEST(Surroundings, AreOuterWhereAnEndpointOrADefaultRouteIs) {
  auto model = hub();
  model.endpoints = {{"a", ip("203.0.113.1"), ""}};
  KernelState kernel;
  kernel.links = {device("lo"), device("a"), device("b"), device("core"), device("kd-lo", "kaido")};
  kernel.addresses = {{"lo", ip("127.0.0.1"), 8},
                      {"a", ip("203.0.113.1"), 30},
                      {"b", ip("198.51.100.1"), 30},
                      {"core", ip("10.50.254.1"), 30},
                      {"kd-lo", ip("10.50.255.101"), 32}};
  kernel.routes = {{.destination = net("0.0.0.0/0"), .device = "b", .protocol = 3}};
  const auto seen = observe_surroundings(model, kernel);
  EXPECT_EQ(seen.outer, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(seen.inner, std::vector<std::string>{"core"});
  EXPECT_EQ(seen.inner_addresses, (std::vector{ip("10.50.254.1"), ip("10.50.255.101")}));
}

TEST(Surroundings, AreOuterWhereADefaultRouteByANexthopObjectIs) {
  KernelState kernel;
  kernel.links = {device("lo"), device("wan")};
  kernel.addresses = {{"wan", ip("192.168.0.2"), 24}};
  kernel.nexthops = {{.id = 8, .device = "wan", .protocol = 3}};
  kernel.routes = {{.destination = net("0.0.0.0/0"), .nexthop = 8, .protocol = 3}};
  EXPECT_EQ(observe_surroundings(hub(), kernel).outer, std::vector<std::string>{"wan"});
}

TEST(Surroundings, LeaveAnEndpointReachableThatLiesOnTheLoopbackDevice) {
  auto model = hub();
  model.endpoints = {{"a", ip("203.0.113.1"), ""}};
  KernelState kernel;
  kernel.links = {device("lo"), device("core")};
  kernel.addresses = {{"lo", ip("203.0.113.1"), 32}, {"core", ip("203.0.113.1"), 32}};
  const auto seen = observe_surroundings(model, kernel);
  EXPECT_TRUE(seen.inner_addresses.empty());
}

TEST(Surroundings, OfASiteAreNotAsked) {
  EXPECT_EQ(observe_surroundings(branch(), {}), Surroundings{});
}

}  // namespace
}  // namespace kaido
