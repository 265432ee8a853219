#include "adapters/stamp/icmp.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kaido::stamp_prober {
namespace {

constexpr EchoKey kKey{.identifier = 0x1234, .cookie = 0x0102030405060708};
constexpr Echo kEcho{.target = 3, .sequence = 0x00012345};

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> out;
  for (const auto value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}
std::vector<std::byte> reply(Family family, std::size_t size = 0) {
  std::vector<std::byte> out;
  encode(kEcho, kKey, family, size, out);
  out[0] = family == Family::v4 ? std::byte{0} : std::byte{129};
  return out;
}

TEST(AnEcho, IsARequestWithTheChecksumOfRfc1071) {
  std::vector<std::byte> out;
  encode(kEcho, kKey, Family::v4, 0, out);
  EXPECT_EQ(out, bytes({8, 0, 0x8f, 0x29, 0x12, 0x34, 0x23, 0x45, 1, 2, 3,    4,
                        5, 6, 7,    8,    0,    0,    0,    3,    0, 1, 0x23, 0x45}));
}

TEST(AnEcho, LeavesTheChecksumOfIcmpv6ToTheKernel) {
  std::vector<std::byte> out;
  encode(kEcho, kKey, Family::v6, 0, out);
  EXPECT_EQ(out[0], std::byte{128});
  EXPECT_EQ(out[2], std::byte{0});
  EXPECT_EQ(out[3], std::byte{0});
}

TEST(AnEcho, IsAsLongAsItIsAskedAndNotShorterThanItsContent) {
  EXPECT_EQ(reply(Family::v6, 1400).size(), 1400);
  EXPECT_EQ(reply(Family::v6, 10).size(), kEchoSize);
}

TEST(AnEchoReply, TellsWhatWasAsked) {
  for (const auto family : {Family::v4, Family::v6}) {
    EXPECT_EQ(parse_echo(reply(family), kKey, family), kEcho);
    EXPECT_EQ(parse_echo(reply(family, 99), kKey, family), kEcho);
  }
}

TEST(AnEchoReply, WithAnythingElseInItIsNone) {
  const auto good = reply(Family::v6);
  // Type, code, identifier, ICMP's sequence, cookie, the whole sequence.
  for (const unsigned at : {0U, 1U, 4U, 5U, 6U, 7U, 8U, 15U, 22U, 23U}) {
    auto bad = good;
    bad[at] ^= std::byte{1};
    EXPECT_FALSE(parse_echo(bad, kKey, Family::v6)) << at;
  }
  EXPECT_FALSE(parse_echo(std::span(good).first(kEchoSize - 1), kKey, Family::v6));
  EXPECT_FALSE(parse_echo(good, kKey, Family::v4));
}

TEST(AnIpv4Packet, IsReadPastItsOptions) {
  auto packet =
      bytes({0x46, 0, 0, 26, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 65, 1, 10, 0, 7, 1, 1, 1, 1, 1, 8, 9});
  const auto parsed = parse_ipv4(packet);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->source.to_string(), "10.0.65.1");
  EXPECT_EQ(parsed->destination.to_string(), "10.0.7.1");
  EXPECT_EQ(parsed->payload.size(), 2);
  EXPECT_FALSE(parse_ipv4(std::span(packet).first(19)));
  EXPECT_FALSE(parse_ipv4(std::span(packet).first(22)));
  packet[0] = std::byte{0x44};
  EXPECT_FALSE(parse_ipv4(packet));
  packet[0] = std::byte{0x65};
  EXPECT_FALSE(parse_ipv4(packet));
}

}  // namespace
}  // namespace kaido::stamp_prober
