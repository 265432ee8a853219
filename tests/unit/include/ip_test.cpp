#include "kaido/ip.hpp"

#include <gtest/gtest.h>

namespace kaido {
namespace {

TEST(IpAddress, KeepsItsTextThroughParsing) {
  for (const auto* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "fe80::1"})
    EXPECT_EQ(IpAddress::parse(text).value().to_string(), text);
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const auto* text :
       {"", "1.2.3", "256.0.0.1", "10.0.0.1/8", "fe80::1%eth0", "localhost", ":::"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, KnowsLinkLocalAndMulticast) {
  EXPECT_TRUE(IpAddress::parse("169.254.3.4")->is_link_local());
  EXPECT_TRUE(IpAddress::parse("febf::1")->is_link_local());
  EXPECT_FALSE(IpAddress::parse("fec0::1")->is_link_local());
  EXPECT_TRUE(IpAddress::parse("239.1.2.3")->is_multicast());
  EXPECT_TRUE(IpAddress::parse("ff02::1")->is_multicast());
  EXPECT_TRUE(IpAddress::parse("::")->is_unspecified());
}

TEST(Prefix, RefusesHostBitsAndLengthsOutOfRange) {
  for (const auto* text : {"10.0.0.1/8", "10.0.0.0/33", "2001:db8::1/64", "10.0.0.0/",
                           "10.0.0.0/-1", "10.0.0.0/8x", "::/129"})
    EXPECT_FALSE(Prefix::parse(text)) << text;
}

TEST(Prefix, ContainsWhatIsInsideAndNothingElse) {
  const auto ten = Prefix::parse("10.0.0.0/9").value();
  EXPECT_TRUE(ten.contains(*IpAddress::parse("10.127.255.255")));
  EXPECT_FALSE(ten.contains(*IpAddress::parse("10.128.0.0")));
  EXPECT_FALSE(ten.contains(*IpAddress::parse("::a00:0")));
  EXPECT_TRUE(ten.contains(*Prefix::parse("10.1.0.0/16")));
  EXPECT_FALSE(ten.contains(*Prefix::parse("10.0.0.0/8")));
  EXPECT_TRUE(ten.overlaps(*Prefix::parse("10.0.0.0/8")));
  EXPECT_TRUE(Prefix::parse("::/0")->contains(*Prefix::parse("2001:db8::/32")));
}

TEST(Prefix, CutsHostBitsAtEveryLength) {
  const auto ones = IpAddress::parse("255.255.255.255").value();
  EXPECT_EQ(Prefix(ones, 0).to_string(), "0.0.0.0/0");
  EXPECT_EQ(Prefix(ones, 1).to_string(), "128.0.0.0/1");
  EXPECT_EQ(Prefix(ones, 25).to_string(), "255.255.255.128/25");
  EXPECT_EQ(Prefix(ones, 32).to_string(), "255.255.255.255/32");
}

TEST(SocketAddress, PutsIPv6InBrackets) {
  EXPECT_EQ((SocketAddress{*IpAddress::parse("192.0.2.1"), 500}).to_string(), "192.0.2.1:500");
  EXPECT_EQ((SocketAddress{*IpAddress::parse("2001:db8::1"), 500}).to_string(),
            "[2001:db8::1]:500");
}

}  // namespace
}  // namespace kaido
