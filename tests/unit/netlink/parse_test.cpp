#include "adapters/netlink/parse.hpp"

#include <gtest/gtest.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/build.hpp"

namespace kaido::netlink {
namespace {

Bytes payload(const Message& message) { return message.bytes().subspan(sizeof(nlmsghdr)); }

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

Route route(const char* destination) {
  Route result;
  result.destination = Prefix::parse(destination).value();
  result.metric = 50;
  return result;
}

// A builder's message has the form of the kernel's answer: what one writes, the other reads.
TEST(NetlinkRoute, IsReadAsItIsWritten) {
  auto full = route("fd05::/32");
  full.table = 70000;
  full.gateway = ip("fe80::1");
  full.source = ip("fd01::1");
  full.mtu = 1300;
  full.mtu_locked = true;
  auto nexthop = route("10.5.0.0/16");
  nexthop.nexthop = 11;
  auto unreachable = route("0.0.0.0/0");
  unreachable.type = RouteType::unreachable;
  for (const auto& wanted : {full, nexthop, unreachable}) {
    const auto parsed = parse_route(payload(replace_route(wanted, 0)));
    ASSERT_EQ(parsed.size(), 1);
    EXPECT_EQ(parsed[0].route, wanted);
  }
}

TEST(NetlinkRoute, KeepsAGatewayOfTheOtherFamily) {
  auto wanted = route("10.5.0.0/16");
  wanted.gateway = ip("fe80::1");
  const auto parsed = parse_route(payload(replace_route(wanted, 3)));
  ASSERT_EQ(parsed.size(), 1);
  EXPECT_EQ(parsed[0].route, wanted);
  EXPECT_EQ(parsed[0].device, 3);
}

TEST(NetlinkRoute, OfSeveralLegsIsSeveralRoutes) {
  Message message(RTM_NEWROUTE, 0);
  auto& header = message.header<rtmsg>();
  header.rtm_family = AF_INET;
  header.rtm_type = RTN_UNICAST;
  auto* legs = message.begin(RTA_MULTIPATH);
  for (const int device : {3, 4}) {
    // struct rtnexthop has the size and the place of an attribute's header and four bytes more.
    const rtnexthop hop{
        .rtnh_len = sizeof(rtnexthop), .rtnh_flags = 0, .rtnh_hops = 0, .rtnh_ifindex = device};
    auto* end = static_cast<std::uint8_t*>(mnl_nlmsg_get_payload_tail(message.head()));
    std::memcpy(end, &hop, sizeof(hop));
    message.head()->nlmsg_len += sizeof(hop);
  }
  message.end(legs);
  const auto parsed = parse_route(payload(message));
  ASSERT_EQ(parsed.size(), 2);
  EXPECT_EQ(parsed[0].device, 3);
  EXPECT_EQ(parsed[1].device, 4);
}

TEST(NetlinkRoute, OfTheCacheAndOfLocalAddressesIsIgnored) {
  auto message = replace_route(route("fd05::/64"), 1);
  auto* header = static_cast<rtmsg*>(mnl_nlmsg_get_payload(message.head()));
  header->rtm_flags = RTM_F_CLONED;
  EXPECT_TRUE(parse_route(payload(message)).empty());
  header->rtm_flags = 0;
  header->rtm_protocol = RTPROT_KERNEL;  // local routes of Kaido's own are read
  for (const std::uint8_t type : {RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_ANYCAST}) {
    header->rtm_type = type;
    EXPECT_TRUE(parse_route(payload(message)).empty());
  }
  EXPECT_TRUE(parse_route(payload(replace_route(route("ff00::/8"), 1))).empty());
}

TEST(NetlinkRoute, OfTypeUnreachableHasNoDeviceWhateverTheKernelSays) {
  auto wanted = route("::/0");
  wanted.type = RouteType::unreachable;
  const auto parsed = parse_route(payload(replace_route(wanted, 1)));
  ASSERT_EQ(parsed.size(), 1);
  EXPECT_EQ(parsed[0].device, 0);
}

TEST(NetlinkRule, IsReadAsItIsWritten) {
  Rule mark;
  mark.priority = 1101;
  mark.table = 70000;
  mark.fwmark = 0x100;
  mark.fwmask = 0xff00;
  Rule vrf;
  vrf.family = Family::v6;
  vrf.l3mdev = true;
  for (const auto& wanted : {mark, vrf}) EXPECT_EQ(parse_rule(payload(add_rule(wanted))), wanted);
}

TEST(NetlinkRule, ThatSaysMoreThanARuleCanIsIgnored) {
  auto by_device = add_rule({});
  by_device.put_name(FRA_OIFNAME, "eth0");
  EXPECT_FALSE(parse_rule(payload(by_device)));
  auto not_suppressing = add_rule({});
  not_suppressing.put_u32(FRA_SUPPRESS_PREFIXLEN, 0xffffffffU);
  EXPECT_TRUE(parse_rule(payload(not_suppressing)));
  auto message = add_rule({});
  auto* header = static_cast<fib_rule_hdr*>(mnl_nlmsg_get_payload(message.head()));
  header->action = FR_ACT_PROHIBIT;
  EXPECT_FALSE(parse_rule(payload(message)));
}

TEST(NetlinkAddress, IsTheOwnOneOnAPointToPointLink) {
  Message message(RTM_NEWADDR, 0);
  auto& header = message.header<ifaddrmsg>();
  header.ifa_family = AF_INET;
  header.ifa_prefixlen = 32;
  header.ifa_index = 7;
  message.put_address(IFA_ADDRESS, ip("192.0.2.1"));
  message.put_address(IFA_LOCAL, ip("192.0.2.2"));
  const auto parsed = parse_address(payload(message));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->address.address, ip("192.0.2.2"));
  EXPECT_EQ(parsed->device, 7);
  EXPECT_TRUE(parsed->address.usable);
}

TEST(NetlinkAddress, ThatIsTentativeDeprecatedOrTakenIsNotUsable) {
  for (const auto flag : {IFA_F_TENTATIVE, IFA_F_DEPRECATED, IFA_F_DADFAILED}) {
    Message message(RTM_NEWADDR, 0);
    auto& header = message.header<ifaddrmsg>();
    header.ifa_family = AF_INET6;
    header.ifa_index = 7;
    message.put_address(IFA_ADDRESS, ip("2001:db8::1"));
    message.put_u32(IFA_FLAGS, static_cast<std::uint32_t>(flag));
    EXPECT_FALSE(parse_address(payload(message))->address.usable);
  }
}

TEST(NetlinkAddress, OfTheWrongLengthIsRefused) {
  Message message(RTM_NEWADDR, 0);
  auto& header = message.header<ifaddrmsg>();
  header.ifa_family = AF_INET;
  header.ifa_index = 7;
  message.put_address(IFA_LOCAL, ip("2001:db8::1"));
  EXPECT_FALSE(parse_address(payload(message)));
}

TEST(NetlinkLink, IsReadWithItsKind) {
  Link link;
  link.name = "kd-ike1";
  link.kind = XfrmLink{5, ""};
  link.mtu = 1400;
  auto message = create_link(link, 9);
  auto* header = static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(message.head()));
  EXPECT_FALSE(parse_link(payload(message)));  // without an index
  header->ifi_index = 12;
  const auto parsed = parse_link(payload(message));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->underlying, 9);
  link.index = 12;
  EXPECT_EQ(parsed->link, link);
  link.kind = VrfLink{4001};
  auto vrf = create_link(link, 0);
  static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(vrf.head()))->ifi_index = 12;
  EXPECT_EQ(parse_link(payload(vrf))->link, link);
}

TEST(NetlinkNexthop, IsReadAsItIsWritten) {
  const auto parsed = parse_nexthop(payload(replace_nexthop({11, Family::v6, ""}, 4)));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->nexthop, (Nexthop{11, Family::v6, ""}));
  EXPECT_EQ(parsed->device, 4);
}

TEST(NetlinkMessages, CutOffAnywhereAreReadWithoutHarm) {
  auto full = route("fd05::/32");
  full.gateway = ip("fe80::1");
  full.mtu = 1300;
  const auto message = replace_route(full, 3);
  const auto bytes = payload(message);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::vector<std::uint8_t> cut(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(length));
    (void)parse_route(cut);
    (void)parse_link(cut);
    (void)parse_address(cut);
    (void)parse_rule(cut);
    (void)parse_nexthop(cut);
  }
}

}  // namespace
}  // namespace kaido::netlink
