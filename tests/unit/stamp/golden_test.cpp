// The packets byte by byte, as RFC 8762 §4.2.1 and §4.3.1 and RFC 8972 §4 draw them.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

#include "kaido/stamp.hpp"

namespace kaido::stamp {
namespace {

using Packet = std::vector<std::byte>;

Packet bytes(std::initializer_list<int> values) {
  Packet packet;
  for (const int value : values) packet.push_back(static_cast<std::byte>(value));
  return packet;
}

const Claim kClaim{.epoch = 0x0102030405060708,
                   .generation = 0x11121314,
                   .hub = 0x2122,
                   .transport = 2,
                   .slot = 7,
                   .carries = true,
                   .size = 1380,
                   .hold = 1500};

TEST(GoldenBytes, OfAProbeWithoutTlvs) {
  Packet packet;
  encode({.sequence = 0x01020304, .sent = 0xe1e2e3e4a1a2a3a4, .ssid = 0xbeef, .claim = {}}, 0,
         packet);
  auto expected = bytes({1, 2, 3, 4, 0xe1, 0xe2, 0xe3, 0xe4, 0xa1, 0xa2, 0xa3, 0xa4,  //
                         0x20, 0x01, 0xbe, 0xef});
  expected.resize(44);
  EXPECT_EQ(packet, expected);
}

TEST(GoldenBytes, OfAProbeWithClaimRoomAndPadding) {
  Packet packet;
  encode({.sequence = 1, .sent = 2, .ssid = 3, .claim = kClaim, .room = 1}, 88, packet);
  ASSERT_EQ(packet.size(), 88U);
  auto expected = bytes(
      {0x80, 252,  0, 32,                                                  // U, type, length
       1,    2,    3, 4,  5,    6,    7,    8,    0x11, 0x12, 0x13, 0x14,  // epoch, generation
       0x21, 0x22, 2, 7,  0x05, 0x64, 0x05, 0xdc, 0x81, 0,    0,    0,     //
       0,    0,    0, 0,  0,    0,    0,    0,                             // room
       0x80, 1,    0, 4,  0,    0,    0,    0});                           // Extra Padding
  EXPECT_EQ(Packet(packet.begin() + 44, packet.end()), expected);
}

TEST(GoldenBytes, OfASealBehindTheClaimAndBeforeThePadding) {
  Packet packet;
  Hmac hmac{};
  hmac.fill(std::byte{0x5a});
  encode({.sequence = 0x01020304, .claim = kClaim, .hmac = hmac}, 100, packet);
  ASSERT_EQ(packet.size(), 100U);
  Packet expected(16, std::byte{0x5a});
  const auto head = bytes({0x80, 8, 0, 16});
  expected.insert(expected.begin(), head.begin(), head.end());
  const auto padding = bytes({0x80, 1, 0, 4, 0, 0, 0, 0});
  expected.insert(expected.end(), padding.begin(), padding.end());
  EXPECT_EQ(Packet(packet.begin() + 44 + 28, packet.end()), expected);
}

TEST(GoldenBytes, OfWhatIsSealedAreTheSequenceAndTheClaimAsItIsSent) {
  Packet packet;
  encode({.sequence = 0x01020304, .sent = 9, .ssid = 7, .claim = kClaim, .room = 3}, 0, packet);
  Packet text;
  signed_text(0x01020304, kClaim, 3, text);
  auto expected = bytes({1, 2, 3, 4});
  expected.insert(expected.end(), packet.begin() + 44, packet.end());
  EXPECT_EQ(text, expected);
}

TEST(GoldenBytes, OfTheFlagsOfAClaim) {
  const auto flags = [](bool carries, bool fragments, bool outranks = false) {
    Packet packet;
    const Claim claim{.carries = carries, .fragments = fragments, .outranks = outranks};
    encode({.claim = claim}, 0, packet);
    const auto probe = parse_probe(packet);
    EXPECT_TRUE(probe && probe->claim == claim);
    return packet.at(44 + 4 + 20);
  };
  EXPECT_EQ(flags(false, false), std::byte{0x80});
  EXPECT_EQ(flags(true, false), std::byte{0x81});
  EXPECT_EQ(flags(true, true), std::byte{0x83});
  EXPECT_EQ(flags(true, false, true), std::byte{0x85});
}

TEST(GoldenBytes, OfAReply) {
  Packet packet;
  encode({.sequence = 0x01020304, .sent = 0xe1e2e3e4a1a2a3a4, .ssid = 0xbeef, .claim = {}}, 44,
         packet);
  packet[12] = std::byte{0x8a};  // a sender whose clock is synchronized
  packet[13] = std::byte{0x07};
  reflect(packet, {.sequence = 0x0a0b0c0d,
                   .sent = 0xc1c2c3c4c5c6c7c8,
                   .received = 0xb1b2b3b4b5b6b7b8,
                   .sender_ttl = 254,
                   .heard = {}});
  EXPECT_EQ(packet, bytes({0x0a, 0x0b, 0x0c, 0x0d,                          // its own sequence
                           0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8,  // T3
                           0x20, 0x01, 0xbe, 0xef,                          // error, SSID
                           0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8,  // T2
                           1,    2,    3,    4,                             // sender's sequence
                           0xe1, 0xe2, 0xe3, 0xe4, 0xa1, 0xa2, 0xa3, 0xa4,  // T1
                           0x8a, 0x07, 0,    0,                             // sender's error
                           254,  0,    0,    0}));                          // TTL
}

TEST(GoldenBytes, OfAReplyWithWhatWasHeard) {
  Packet packet;
  encode({.sequence = 1, .claim = kClaim, .room = 2}, 0, packet);
  reflect(packet, {.kaido = true,
                   .applied_epoch = 0x0102030405060708,
                   .applied_generation = 0x11121313,
                   .heard = {{.transport = 1, .slot = 3, .age = 0x0102, .sequence = 0x05060708}}});
  EXPECT_EQ(Packet(packet.begin() + 44, packet.end()),
            bytes({0, 252, 0, 40,                                      // U cleared
                   1, 2,   3, 4,  5, 6, 7, 8, 0x11, 0x12, 0x13, 0x13,  // in force
                   0, 0,   0, 0,  0, 0, 0, 0, 0,    1,    0,    0,     // one entry
                   1, 3,   1, 2,  5, 6, 7, 8,                          //
                   0, 0,   0, 0,  0, 0, 0, 0}));
}

TEST(NtpTimes, CountFrom1900) {
  EXPECT_EQ(ntp_from_unix(0, 0), 2'208'988'800ULL << 32);
  EXPECT_EQ(ntp_from_unix(0, 500'000'000), (2'208'988'800ULL << 32) + 0x80000000);
}

TEST(NtpTimes, GiveEachNanosecondBack) {
  const auto start = ntp_from_unix(1'700'000'000, 0);
  for (const std::int64_t ns : {0, 1, 2, 999, 123'456'789, 999'999'999}) {
    EXPECT_EQ(nanoseconds_between(start, ntp_from_unix(1'700'000'000, ns)), ns);
    EXPECT_EQ(nanoseconds_between(ntp_from_unix(1'700'000'000, ns), start), -ns);
  }
}

TEST(NtpTimes, SubtractAcrossTheEraOf2036) {
  constexpr std::int64_t kEra = 2'085'978'496;  // RFC 5905 §6: 7 February 2036, 06:28:16
  EXPECT_EQ(ntp_from_unix(kEra, 0), 0U);
  EXPECT_EQ(nanoseconds_between(ntp_from_unix(kEra - 1, 0), ntp_from_unix(kEra, 5)), 1'000'000'005);
}

}  // namespace
}  // namespace kaido::stamp
