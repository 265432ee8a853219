#include "kaido/stamp.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kaido::stamp {
namespace {

using Packet = std::vector<std::byte>;

const Claim kClaim{.epoch = 1'700'000'000'123,
                   .generation = 9,
                   .hub = 3,
                   .transport = 1,
                   .slot = 4,
                   .carries = true,
                   .size = 1400,
                   .hold = 700};

Packet encoded(const Probe& probe, std::size_t size = 0) {
  Packet packet;
  encode(probe, size, packet);
  return packet;
}

void set(Packet& packet, std::size_t at, int value) {
  packet.at(at) = static_cast<std::byte>(value);
}
int at(const Packet& packet, std::size_t index) { return std::to_integer<int>(packet.at(index)); }

/// A probe without TLVs of its own, and these bytes after it.
Packet with_tail(std::initializer_list<int> tail) {
  auto packet = encoded({.sequence = 1, .claim = {}});
  for (const int value : tail) packet.push_back(static_cast<std::byte>(value));
  return packet;
}

Reply answer() {
  return {.sequence = 77,
          .sent = 3000,
          .received = 2000,
          .sender_ttl = 255,
          .kaido = true,
          .applied_epoch = 5,
          .applied_generation = 6,
          .heard = {{.transport = 1, .slot = 4, .age = 0, .sequence = 12},
                    {.transport = 2, .slot = 4, .age = 65535, .sequence = 11},
                    {.transport = 2, .slot = 5, .age = 50, .sequence = 10}}};
}

TEST(Probe, IsReadAsItWasWritten) {
  for (const auto& probe :
       {Probe{.sequence = 5, .sent = 6, .ssid = 7, .claim = {}, .room = 0},
        Probe{.sequence = 5, .sent = 6, .ssid = 7, .claim = {}, .room = 9},
        Probe{.sequence = ~0U, .sent = ~0ULL, .ssid = 0xffff, .claim = kClaim, .room = 64},
        Probe{.sequence = 0, .sent = 0, .ssid = 0, .claim = Claim{}, .room = 0}}) {
    for (const std::size_t size : {0U, 44U, 47U, 700U, 1400U, 9000U}) {
      EXPECT_EQ(parse_probe(encoded(probe, size)), probe) << size;
    }
  }
}

TEST(Probe, IsReadWithItsSeal) {
  Hmac hmac{};
  hmac.fill(std::byte{0x5a});
  const Probe probe{.sequence = 5, .claim = kClaim, .room = 3, .hmac = hmac};
  for (const std::size_t size : {0U, 700U}) EXPECT_EQ(parse_probe(encoded(probe, size)), probe);
  EXPECT_EQ(parse_probe(encoded({.claim = {}, .room = 3, .hmac = hmac}))->hmac, std::nullopt)
      << "there is nothing to seal";
}

TEST(Probe, WithASealInAnotherPlaceOrOfAnotherLengthHasNone) {
  constexpr std::size_t kSealAt = 44 + 28;
  const Probe probe{.sequence = 5, .claim = kClaim, .hmac = Hmac{}};
  const auto packet = encoded(probe);
  ASSERT_TRUE(parse_probe(packet)->hmac);
  const auto with = [&](std::size_t where, std::initializer_list<int> tlv) {
    auto changed = packet;
    Packet inserted;
    for (const int value : tlv) inserted.push_back(static_cast<std::byte>(value));
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(where), inserted.begin(),
                   inserted.end());
    const auto read = parse_probe(changed);
    EXPECT_TRUE(read && read->claim == kClaim);
    return read->hmac.has_value();
  };
  EXPECT_FALSE(with(44, {0x80, 7, 0, 0})) << "covered, but not by what the other end knows";
  EXPECT_FALSE(with(kSealAt, {0x80, 1, 0, 0}));
  EXPECT_FALSE(with(packet.size(), {0x80, 7, 0, 0})) << "RFC 8972 §4.8: it follows all TLVs";
  EXPECT_TRUE(with(packet.size(), {0x80, 1, 0, 0})) << "but for padding";
  auto shorter = packet;
  shorter.pop_back();
  set(shorter, kSealAt + 3, 15);
  EXPECT_FALSE(parse_probe(shorter)->hmac);
}

TEST(Reply, MarksTheSealAsUnknownSinceTheReflectorHasNoKey) {
  auto packet = encoded({.sequence = 5, .claim = kClaim, .hmac = Hmac{}});
  reflect(packet, answer());
  EXPECT_EQ(at(packet, 44 + 28), 0x80);
  EXPECT_EQ(at(packet, 44 + 28 + 1), 8);
  EXPECT_TRUE(parse_reply(packet)->kaido);
}

TEST(Probe, HasTheSizeThatWasAskedFor) {
  for (const std::size_t size : {44U, 48U, 49U, 160U, 1232U, 1452U, 9000U})
    EXPECT_EQ(encoded({.claim = {}}, size).size(), size);
  EXPECT_EQ(encoded({.claim = kClaim, .room = 2}, 1372).size(), 1372U);
}

TEST(Probe, IsRaisedToTheLeastItNeeds) {
  EXPECT_EQ(encoded({.claim = {}}, 10).size(), kBaseSize);
  EXPECT_EQ(encoded({.claim = kClaim, .room = 2}, 44).size(), kBaseSize + 4 + 24 + 16);
  // Extra Padding has a header of four bytes.
  for (const std::size_t size : {45U, 46U, 47U})
    EXPECT_EQ(encoded({.claim = {}}, size).size(), 48U);
}

TEST(Probe, IsNeverLargerThanTheMaximum) {
  EXPECT_EQ(encoded({.claim = {}}, 70'000).size(), kMaximumSize);
  EXPECT_EQ(parse_probe(encoded({.claim = {}, .room = 255}))->room, kMaximumEntries);
}

TEST(Probe, AsksEveryReflectorWhetherItKnowsTheTlvs) {
  const auto packet = encoded({.claim = kClaim}, 200);
  EXPECT_EQ(at(packet, 44), 0x80);
  EXPECT_EQ(at(packet, 44 + 4 + 24), 0x80);
}

TEST(Probe, OfTheWrongSizeIsRefused) {
  EXPECT_EQ(parse_probe(Packet{}).error(), Fault::too_short);
  EXPECT_EQ(parse_probe(Packet(43)).error(), Fault::too_short);
  EXPECT_TRUE(parse_probe(Packet(9000)));
  EXPECT_EQ(parse_probe(Packet(9001)).error(), Fault::too_long);
}

TEST(Probe, WithATlvThatDoesNotFitIsRefused) {
  EXPECT_EQ(parse_probe(with_tail({0x80})).error(), Fault::bad_tlv_length);
  EXPECT_EQ(parse_probe(with_tail({0x80, 1, 0})).error(), Fault::bad_tlv_length);
  EXPECT_EQ(parse_probe(with_tail({0x80, 1, 0, 1})).error(), Fault::bad_tlv_length);
  EXPECT_EQ(parse_probe(with_tail({0x80, 1, 0xff, 0xff, 0})).error(), Fault::bad_tlv_length);
  EXPECT_EQ(parse_probe(with_tail({0x80, 1, 0, 0, 0x80, 1, 0, 5, 1, 2, 3, 4})).error(),
            Fault::bad_tlv_length);
}

TEST(Probe, WithAClaimOfTheWrongLengthIsRefused) {
  for (const int length : {0, 8, 23, 25, 31}) {
    auto packet = encoded({.claim = kClaim, .room = 1});
    packet.resize(kBaseSize + kTlvHeader + static_cast<std::size_t>(length));
    set(packet, 47, length);
    EXPECT_EQ(parse_probe(packet).error(), Fault::bad_claim) << length;
  }
  Packet packet(kBaseSize + kTlvHeader + kClaimSize + 65 * kEntrySize);
  set(packet, 45, kKaidoTlv);
  set(packet, 46, (24 + 65 * 8) >> 8);
  set(packet, 47, (24 + 65 * 8) & 0xff);
  EXPECT_EQ(parse_probe(packet).error(), Fault::bad_claim);
}

TEST(Probe, WithAClaimOfNoTransportIsRefused) {
  auto packet = encoded({.claim = kClaim});
  for (const int transport : {0, 16, 255}) {
    set(packet, 48 + 14, transport);
    EXPECT_EQ(parse_probe(packet).error(), Fault::bad_claim) << transport;
  }
}

TEST(Probe, WithAClaimOfATransportToComeIsRead) {
  for (const std::uint8_t transport : {std::uint8_t{3}, std::uint8_t{15}}) {
    auto claim = kClaim;
    claim.transport = transport;
    const auto packet = encoded({.claim = claim});
    EXPECT_EQ(at(packet, 48 + 14), transport);
    EXPECT_EQ(parse_probe(packet)->claim, claim);
  }
}

TEST(Reply, TellsOfPathsOfTransportsToCome) {
  auto packet = encoded({.claim = kClaim, .room = 2});
  const std::vector<PathHeard> heard{{.transport = 3, .slot = 1, .age = 2, .sequence = 4},
                                     {.transport = 15, .slot = 1, .age = 3, .sequence = 5}};
  reflect(packet, {.kaido = true, .heard = heard});
  EXPECT_EQ(parse_reply(packet)->heard, heard);
}

TEST(Probe, WithTwoClaimsSpeaksByTheFirst) {
  auto packet = encoded({.claim = kClaim});
  auto second = encoded({.claim = Claim{.epoch = ~0ULL}});
  packet.insert(packet.end(), second.begin() + 44, second.end());
  EXPECT_EQ(parse_probe(packet)->claim, kClaim);
  reflect(packet, answer());
  EXPECT_EQ(at(packet, 44), 0);
  EXPECT_EQ(at(packet, 44 + 28), 0x80);
  EXPECT_EQ(parse_reply(packet)->applied_epoch, 5U);
}

TEST(Probe, ThatIsMarkedMalformedMakesNoClaim) {
  auto packet = encoded({.claim = kClaim});
  set(packet, 44, 0xc0);
  EXPECT_FALSE(parse_probe(packet)->claim);
}

TEST(Probe, PaddedWithZerosByAToolWithoutTlvsIsTaken) {
  auto packet = encoded({.sequence = 8, .claim = {}});
  packet.resize(111);
  EXPECT_EQ(parse_probe(packet)->sequence, 8U);
  reflect(packet, answer());
  EXPECT_TRUE(std::all_of(packet.begin() + 44, packet.end(),
                          [](std::byte byte) { return byte == std::byte{}; }));
}

TEST(Probe, WhoseIntegrityIsInDoubtMakesNoClaim) {
  auto packet = encoded({.sequence = 8, .claim = kClaim, .room = 2}, 200);
  const std::size_t padding = 44 + 4 + 24 + 16;
  ASSERT_EQ(at(packet, padding + 1), kExtraPadding);
  set(packet, padding, 0xa0);
  const auto probe = parse_probe(packet);
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->sequence, 8U);
  EXPECT_FALSE(probe->claim);
  EXPECT_EQ(probe->room, 0);
}

TEST(Probe, OfATwampLightSenderIsTakenAndItsPaddingGoesBackAsItCame) {
  // RFC 5357 §4.1.2: after 14 bytes there is padding of any content, even of a claim's.
  auto packet = encoded({.sequence = 8, .ssid = 0xabcd, .claim = kClaim});
  for (std::size_t i = 16; i < kBaseSize; ++i) set(packet, i, static_cast<int>(i));
  const auto sent = packet;
  const auto probe = parse_probe(packet);
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->sequence, 8U);
  EXPECT_EQ(probe->ssid, 0);
  EXPECT_FALSE(probe->claim);
  reflect(packet, answer());
  EXPECT_EQ(parse_reply(packet)->sender_sequence, 8U);
  EXPECT_TRUE(std::equal(packet.begin() + 44, packet.end(), sent.begin() + 44, sent.end()));
}

TEST(Reply, IsAsLongAsItsProbeAndReadAsItWasMeant) {
  auto packet =
      encoded({.sequence = 12, .sent = 1000, .ssid = 9, .claim = kClaim, .room = 3}, 1372);
  const auto reply = answer();
  reflect(packet, reply);
  EXPECT_EQ(packet.size(), 1372U);
  auto expected = reply;
  expected.sender_sequence = 12;
  expected.sender_sent = 1000;
  expected.ssid = 9;
  EXPECT_EQ(parse_reply(packet), expected);
}

TEST(Reply, SaysAsMuchAsThereIsRoomFor) {
  auto packet = encoded({.claim = kClaim, .room = 2});
  reflect(packet, answer());
  const auto reply = parse_reply(packet);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->heard.size(), 2U);
  EXPECT_EQ(reply->applied_generation, 6U);
}

TEST(Reply, TellsOfTheSiteToASenderThatMakesNoClaim) {
  auto packet = encoded({.claim = {}, .room = 3});
  reflect(packet, answer());
  EXPECT_EQ(parse_reply(packet)->heard, answer().heard);
}

TEST(Reply, OfAReflectorThatDoesNotKnowKaidoSaysSo) {
  auto packet = encoded({.claim = kClaim, .room = 3}, 300);
  const auto untouched = packet;
  reflect(packet, {.sequence = 1, .kaido = false, .heard = answer().heard});
  EXPECT_EQ(at(packet, 44), 0x80);
  EXPECT_TRUE(std::equal(packet.begin() + 48, packet.begin() + 48 + 24, untouched.begin() + 48));
  const auto reply = parse_reply(packet);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->kaido);
  EXPECT_TRUE(reply->heard.empty());
}

TEST(Reply, OfAReflectorThatCopiesWhatItDoesNotKnowIsNotTakenForKaidos) {
  const auto copied = encoded({.claim = kClaim, .room = 3}, 300);
  EXPECT_FALSE(parse_reply(copied)->kaido);
}

TEST(Reply, OfATwampLightReflectorIsRead) {
  // RFC 5357 §4.2.1: 41 bytes, then what the sender had after its first 14, cut to the same size.
  const auto probe = encoded({.sequence = 3, .claim = kClaim, .room = 3}, 300);
  Packet packet(41);
  set(packet, 27, 3);
  packet.insert(packet.end(), probe.begin() + 14, probe.end());
  packet.resize(300);
  const auto reply = parse_reply(packet);
  ASSERT_TRUE(reply) << to_string(reply.error());
  EXPECT_EQ(reply->sender_sequence, 3U);
  EXPECT_FALSE(reply->kaido);
}

TEST(Reply, OfATwampLightReflectorMayEndAfterTheTtl) {
  auto packet = encoded({.sequence = 3, .claim = {}});
  reflect(packet, answer());
  packet.resize(kTwampReplySize);
  const auto reply = parse_reply(packet);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->sender_sequence, 3U);
  EXPECT_EQ(reply->sender_ttl, 255);
}

TEST(Reply, WhoseIntegrityIsInDoubtSaysNothingOfTheSite) {
  auto packet = encoded({.sequence = 3, .claim = kClaim, .room = 3}, 300);
  reflect(packet, answer());
  set(packet, 44 + 4 + 24 + 24, 0x20);  // of the padding after it
  const auto reply = parse_reply(packet);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->sender_sequence, 3U);
  EXPECT_FALSE(reply->kaido);
  EXPECT_EQ(reply->applied_epoch, 0U);
  EXPECT_TRUE(reply->heard.empty());
}

TEST(Reply, WithPtpTimesIsReadInNtpTime) {
  auto packet = encoded({.claim = {}});
  reflect(packet, {.sequence = 1, .heard = {}});
  set(packet, 12, 0x41);
  set(packet, 4 + 3, 10);    // T3: 10 s
  set(packet, 16 + 3, 9);    // T2: 9 s and
  set(packet, 16 + 7, 200);  // 200 ns
  const auto reply = parse_reply(packet);
  EXPECT_EQ(reply->sent, ntp_from_unix(10, 0));
  EXPECT_EQ(nanoseconds_between(reply->received, reply->sent), 999'999'800);
}

TEST(Reply, MarksUnknownTlvsAndClearsTheMarkOfKnownOnes) {
  auto packet = with_tail({0, 7, 0, 2, 1, 2, 0x80, 1, 0, 3, 1, 2, 3, 0x80, 255, 0, 0});
  reflect(packet, answer());
  EXPECT_EQ(at(packet, 44), 0x80);
  EXPECT_EQ(at(packet, 44 + 6), 0);
  EXPECT_EQ(at(packet, 44 + 13), 0x80);
  EXPECT_EQ(at(packet, 48), 1);  // values stay
  EXPECT_EQ(at(packet, 54), 1);
}

TEST(Reply, MarksTheTlvThatDoesNotFitAndLeavesWhatFollows) {
  auto packet = with_tail({0x80, 1, 0, 0, 0x80, 252, 0, 24, 9, 9});
  reflect(packet, answer());
  EXPECT_EQ(at(packet, 44), 0);
  EXPECT_EQ(at(packet, 48), 0xc0);
  EXPECT_EQ(at(packet, 52), 9);
  auto stub = with_tail({0x80});
  reflect(stub, answer());
  EXPECT_EQ(at(stub, 44), 0xc0);
}

TEST(Reply, MarksABadClaimAndDoesNotFillItIn) {
  auto packet = encoded({.claim = kClaim});
  set(packet, 48 + 14, 16);
  const auto value = Packet(packet.begin() + 48, packet.end());
  reflect(packet, answer());
  EXPECT_EQ(at(packet, 44), 0x40);
  EXPECT_EQ(Packet(packet.begin() + 48, packet.end()), value);
  const auto reply = parse_reply(packet);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->sequence, 77U);
  EXPECT_FALSE(reply->kaido);
}

TEST(Reply, ThatSaysMoreThanThereIsRoomForIsRefused) {
  auto packet = encoded({.claim = kClaim, .room = 3});
  reflect(packet, answer());
  set(packet, 48 + 21, 4);
  EXPECT_EQ(parse_reply(packet).error(), Fault::bad_claim);
}

TEST(Reply, OfTheWrongSizeOrWithBadTlvsIsRefused) {
  EXPECT_EQ(parse_reply(Packet(40)).error(), Fault::too_short);
  EXPECT_EQ(parse_reply(Packet(9001)).error(), Fault::too_long);
  EXPECT_EQ(parse_reply(with_tail({0, 1, 0, 1})).error(), Fault::bad_tlv_length);
  EXPECT_EQ(parse_reply(with_tail({0, 252, 0, 2, 0, 0})).error(), Fault::bad_claim);
}

TEST(Reply, GetsItsTimeOfSendingOnceMore) {
  auto packet = encoded({.sent = 1, .claim = {}});
  reflect(packet, {.sent = 5, .heard = {}});
  set_sent(packet, 6);
  EXPECT_EQ(parse_reply(packet)->sent, 6U);
  EXPECT_EQ(parse_reply(packet)->sender_sent, 1U);
}

}  // namespace
}  // namespace kaido::stamp
