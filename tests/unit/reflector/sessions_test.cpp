#include "reflector/sessions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace kaido::reflector {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Seed kSeed{1, 2};
constexpr std::uint8_t kIke = 1;
constexpr std::uint8_t kWireGuard = 2;

/// fd4b:1:1:<gateway>::<transport>:<slot>
Arrival from(std::uint8_t gateway, std::uint8_t transport, std::uint8_t slot,
             std::uint16_t port = 40'000, std::uint32_t interface = 10) {
  return {.source = {0xfd, 0x4b, 0, 1, 0, 1, 0, gateway, 0, 0, 0, 0, 0, transport, 0, slot},
          .port = port,
          .interface = interface};
}
SiteKey site(std::uint8_t gateway) { return {0xfd, 0x4b, 0, 1, 0, 1, 0, gateway}; }
/// Not an inner address of any site.
Arrival stranger(std::uint16_t port) {
  return {.source = {0x20, 1, 0xd, 0xb8}, .port = port, .interface = 2};
}

stamp::Claim claim(std::uint32_t generation, std::uint16_t hold = 300) {
  return {.epoch = 7,
          .generation = generation,
          .hub = 1,
          .transport = kWireGuard,
          .slot = 2,
          .carries = true,
          .size = 1400,
          .hold = hold};
}

class SessionsTest : public testing::Test {
 protected:
  stamp::Reply probe(const Arrival& arrival, std::uint32_t sequence = 0,
                     std::optional<stamp::Claim> says = {}, std::uint8_t room = 64) {
    return answer(arrival, {.sequence = sequence, .claim = says, .room = room});
  }
  stamp::Reply answer(const Arrival& arrival, const stamp::Probe& question) {
    stamp::Reply reply;
    sessions.answer(arrival, question, now, reply);
    return reply;
  }
  /// Hands over all words there are.
  std::vector<Message> words() {
    std::vector<Message> all;
    while (const auto word = sessions.next_word(now)) {
      all.push_back(*word);
      sessions.told(now);
    }
    return all;
  }
  void apply(std::uint8_t gateway, std::uint32_t generation) {
    const auto applied = claim(generation);
    sessions.hear_kaidod({.kind = Kind::applied,
                          .site = site(gateway),
                          .epoch = applied.epoch,
                          .generation = generation,
                          .hub = applied.hub,
                          .transport = applied.transport,
                          .slot = applied.slot,
                          .carries = 1},
                         now);
  }
  void wait(Instant::duration duration) {
    now += duration;
    sessions.expire(now);
  }

  Instant now{std::chrono::hours(1)};
  Sessions sessions{kSeed, {.sessions = 8, .sessions_per_site = 4, .sites = 4}};
};

TEST_F(SessionsTest, SessionsFromOnePortAreToldApartByTheirSsidAndDestination) {
  const stamp::Probe first{.ssid = 1, .claim = {}};
  const stamp::Probe second{.ssid = 2, .claim = {}};
  auto elsewhere = stranger(2000);
  elsewhere.destination = {0xfd, 0x4b, 0, 1, 0, 1, 0, 9, 0, 0, 0, 0, 0, 1, 0, 3};
  EXPECT_EQ(answer(stranger(2000), first).sequence, 0U);
  EXPECT_EQ(answer(stranger(2000), second).sequence, 0U);
  EXPECT_EQ(answer(elsewhere, first).sequence, 0U);
  EXPECT_EQ(answer(stranger(2000), first).sequence, 1U);
  EXPECT_EQ(answer(elsewhere, first).sequence, 1U);
  EXPECT_EQ(sessions.session_count(), 3U);
}

TEST_F(SessionsTest, EachSessionCountsItsOwnReplies) {
  EXPECT_EQ(probe(stranger(2000), 50).sequence, 0U);
  EXPECT_EQ(probe(stranger(2000), 55).sequence, 1U);
  EXPECT_EQ(probe(stranger(2001), 56).sequence, 0U);
  EXPECT_EQ(probe(from(1, kIke, 1), 9).sequence, 0U);
  EXPECT_EQ(probe(from(1, kIke, 2), 9).sequence, 0U);
  EXPECT_EQ(probe(stranger(2000), 57).sequence, 2U);
}

TEST_F(SessionsTest, ASiteIsToldWhatWasHeardOnAllItsPaths) {
  probe(from(1, kIke, 1), 10, claim(1));
  now += milliseconds(40);
  probe(from(1, kWireGuard, 2), 20, claim(1));
  now += milliseconds(5);
  probe(from(2, kIke, 1), 99, claim(1));  // another site
  EXPECT_EQ(
      probe(from(1, kIke, 3), 30, claim(1)).heard,
      (std::vector<stamp::PathHeard>{{.transport = kIke, .slot = 1, .age = 45, .sequence = 10},
                                     {.transport = kWireGuard, .slot = 2, .age = 5, .sequence = 20},
                                     {.transport = kIke, .slot = 3, .age = 0, .sequence = 30}}));
  now += minutes(2);
  EXPECT_EQ(probe(from(1, kIke, 1), 11).heard.back(),
            (stamp::PathHeard{.transport = kIke, .slot = 3, .age = 65535, .sequence = 30}));
}

TEST_F(SessionsTest, APathOfATransportToComeIsOneOfItsSite) {
  for (const std::uint8_t transport : {std::uint8_t{3}, std::uint8_t{15}}) {
    auto says = claim(transport);
    says.transport = transport;
    sessions.connected();
    EXPECT_EQ(probe(from(1, transport, 2), 10, says).heard.back(),
              (stamp::PathHeard{.transport = transport, .slot = 2, .age = 0, .sequence = 10}));
    const auto told = words();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].transport, transport);
    sessions.hear_kaidod({.kind = Kind::applied,
                          .site = site(1),
                          .epoch = says.epoch,
                          .generation = says.generation,
                          .hub = says.hub,
                          .transport = transport,
                          .slot = says.slot,
                          .carries = 1},
                         now);
    EXPECT_EQ(probe(from(1, transport, 2), 11, says).applied_generation, says.generation);
  }
  EXPECT_EQ(sessions.site_count(), 1U);
}

TEST_F(SessionsTest, WithoutRoomForAllPathsTheRepliesTakeTurns) {
  for (std::uint8_t slot = 1; slot <= 5; ++slot) probe(from(1, kIke, slot), slot, claim(1));
  std::set<std::uint8_t> slots;
  for (int i = 0; i < 4; ++i) {
    const auto reply = probe(from(1, kIke, 1), 10, claim(1), 2);
    EXPECT_EQ(reply.heard.size(), 2U);
    for (const auto& path : reply.heard) slots.insert(path.slot);
  }
  EXPECT_EQ(slots.size(), 5U);
  EXPECT_TRUE(probe(from(1, kIke, 3), 10, claim(1), 0).heard.empty());
}

TEST_F(SessionsTest, ASiteWithTooManyPathsLosesTheOneNotHeardForLongest) {
  for (std::uint8_t slot = 1; slot <= stamp::kMaximumEntries + 1; ++slot) {
    now += milliseconds(1);
    probe(from(1, kIke, slot), slot, claim(1));
  }
  const auto heard = probe(from(1, kIke, 65), 1, claim(1)).heard;
  EXPECT_EQ(heard.size(), stamp::kMaximumEntries);
  EXPECT_TRUE(std::ranges::none_of(heard, [](const auto& path) { return path.slot == 1; }));
}

TEST_F(SessionsTest, AddressesThatAreNoSitesGetNoSite) {
  auto arrival = from(1, kIke, 1);
  for (const auto& [at, value] :
       {std::pair{13, 0}, {13, 16}, {13, 255}, {15, 0}, {14, 1}, {9, 1}, {12, 1}}) {
    auto other = arrival;
    other.source.at(static_cast<std::size_t>(at)) = static_cast<std::uint8_t>(value);
    EXPECT_TRUE(probe(other, 1, claim(1)).heard.empty());
  }
  EXPECT_EQ(sessions.site_count(), 0U);
}

TEST_F(SessionsTest, AClaimIsToldOnceByWhateverPathItComes) {
  sessions.connected();
  probe(from(1, kIke, 1, 40'000, 11), 1, claim(5));
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, Kind::claim);
  EXPECT_EQ(told[0].site, site(1));
  EXPECT_EQ(told[0].source, from(1, kIke, 1).source);
  EXPECT_EQ(told[0].interface, 11U);
  EXPECT_EQ(told[0].epoch, 7U);
  EXPECT_EQ(told[0].generation, 5U);
  EXPECT_EQ(told[0].hub, 1U);
  EXPECT_EQ(told[0].transport, kWireGuard);
  EXPECT_EQ(told[0].slot, 2U);
  EXPECT_EQ(told[0].size, 1400U);
  EXPECT_EQ(told[0].hold, 300U);
  EXPECT_EQ(told[0].carries, 1U);
  probe(from(1, kIke, 1), 2, claim(5));
  probe(from(1, kWireGuard, 2), 3, claim(5));
  EXPECT_TRUE(words().empty());
}

TEST_F(SessionsTest, EveryClaimThatDiffersIsToldAlsoAnOlderOne) {
  sessions.connected();
  for (const auto generation : {5U, 6U, 4U}) {
    probe(from(1, kIke, 1), 1, claim(generation));
    const auto told = words();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].generation, generation);
  }
}

TEST_F(SessionsTest, WhileKaidodIsSlowTheNewestClaimOfASiteWaits) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5));
  probe(from(1, kIke, 1), 2, claim(6));
  probe(from(1, kIke, 2), 1, claim(5));  // overtaken on a slower path
  probe(from(2, kIke, 1), 1, claim(1));
  const auto told = words();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].generation, 6U);
  EXPECT_EQ(told[1].site, site(2));
}

TEST_F(SessionsTest, AClaimThatIsNotInForceIsToldAgainNowAndThen) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5));
  EXPECT_EQ(words().size(), 1U);
  now += Sessions::kRetell - milliseconds(1);
  probe(from(1, kIke, 1), 2, claim(5));
  EXPECT_TRUE(words().empty());
  now += milliseconds(1);
  probe(from(1, kIke, 1), 3, claim(5));
  EXPECT_EQ(words().size(), 1U);
  apply(1, 5);
  now += minutes(1);
  probe(from(1, kIke, 1), 4, claim(5));
  EXPECT_TRUE(words().empty());
}

TEST_F(SessionsTest, AClaimThatIsNeverPutIntoForceIsToldEverMoreRarely) {
  sessions.connected();
  std::size_t count = 0;
  for (int i = 0; i < 10 * 60 * 20; ++i) {  // ten minutes
    probe(from(1, kIke, i % 2 == 0 ? 1 : 2), 1, claim(5));
    count += words().size();
    now += milliseconds(50);
  }
  EXPECT_LT(count, 600 / 3 + 10U);
  probe(from(1, kIke, 1), 1, claim(6));
  EXPECT_EQ(words().size(), 1U);
  now += Sessions::kRetell;
  probe(from(1, kIke, 1), 1, claim(6));
  EXPECT_EQ(words().size(), 1U);
}

TEST_F(SessionsTest, AForgedClaimDoesNotHideTheSameClaimFromTheRightPath) {
  sessions.connected();
  probe(from(1, kIke, 9, 40'000, 66), 1, claim(5));  // kaidod will refuse it
  EXPECT_EQ(words().size(), 1U);
  now += Sessions::kRetellMoved;
  probe(from(1, kIke, 1, 40'000, 11), 1, claim(5));
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].interface, 11U);
}

TEST_F(SessionsTest, ASealIsToldWithWhatItWasMadeOf) {
  sessions.connected();
  stamp::Hmac hmac{};
  hmac.fill(std::byte{0x5a});
  answer(from(1, kIke, 1), {.sequence = 77, .claim = claim(5), .room = 3, .hmac = hmac});
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].sealed, 1);
  EXPECT_EQ(told[0].hmac, hmac);
  EXPECT_EQ(told[0].sequence, 77U);
  EXPECT_EQ(told[0].room, 3);
}

TEST_F(SessionsTest, AClaimThatDiffersIsToldWithHowLongTheOneInForceWasNotHeard) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(9, 60'000));
  EXPECT_EQ(words().at(0).in_force_epoch, 0U) << "none is known";
  now += milliseconds(300);
  apply(1, 9);
  now += milliseconds(400);
  probe(from(1, kIke, 1), 2, claim(8, 60'000));
  auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].in_force_epoch, 7U);
  EXPECT_EQ(told[0].in_force_generation, 9U);
  EXPECT_EQ(told[0].unheard, 400)
      << "since kaidod's word: whether it was heard before is not known";
  apply(1, 9);  // said again for the one that was refused
  probe(from(1, kIke, 2), 3, claim(9, 60'000));
  words();
  now += minutes(2);
  probe(from(1, kIke, 1), 4, claim(8, 60'000));
  told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].unheard, 65535);
}

TEST_F(SessionsTest, WhatComesInsteadIsToldAtTheMomentThatTheClaimInForceIsForgotten) {
  sessions.connected();
  apply(1, 9);
  const auto poisoned = now;
  std::vector<milliseconds> told_at;
  while (now < poisoned + Sessions::kForgotten + milliseconds(100)) {
    probe(from(1, kIke, 1), 1, claim(5));
    for (const auto& word : words()) told_at.emplace_back(word.unheard);
    now += milliseconds(50);
  }
  ASSERT_FALSE(told_at.empty());
  EXPECT_EQ(told_at.back(), Sessions::kForgotten) << "and not when it would be told again anyway";
}

TEST_F(SessionsTest, OneWithTheSameNumbersThatSaysSomethingElseIsNotTheOneInForce) {
  sessions.connected();
  apply(1, 9);
  now += seconds(5);
  auto forged = claim(9);
  forged.slot = 3;
  probe(from(1, kIke, 1), 1, forged);
  words();
  now += seconds(4);
  probe(from(1, kIke, 1), 2, claim(8));
  EXPECT_EQ(words().at(0).unheard, 9000);
}

TEST_F(SessionsTest, AFloodOfClaimsIsToldTenAtOnceAndFiveASecond) {
  sessions.connected();
  std::size_t count = 0;
  std::uint32_t generation = 0;
  const auto flood = [&](Instant::duration duration) {
    for (const auto end = now + duration; now < end;) {
      probe(from(1, kIke, 1), 1, claim(++generation));
      sessions.expire(now);
      count += words().size();
      now += milliseconds(1);
    }
  };
  flood(milliseconds(100));
  EXPECT_EQ(count, 10U);
  flood(seconds(10));
  EXPECT_EQ(count, 60U);
  probe(from(2, kIke, 1), 1, claim(1));
  EXPECT_EQ(words().size(), 1U) << "another site does not suffer";
}

TEST_F(SessionsTest, AClaimThatHadToWaitIsToldWhenThereIsAWordForIt) {
  sessions.connected();
  for (std::uint32_t i = 1; i <= 20; ++i) {
    probe(from(1, kIke, 1), 1, claim(i, 60'000));
    words();
  }
  EXPECT_TRUE(words().empty());
  ASSERT_TRUE(sessions.next_deadline());
  EXPECT_LE(*sessions.next_deadline(), now + Sessions::kWordEach);
  now = *sessions.next_deadline();
  sessions.expire(now);
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].generation, 20U) << "the latest";
}

TEST_F(SessionsTest, WhoFloodsASiteFromElsewhereDoesNotSilenceIt) {
  sessions.connected();
  std::size_t genuine = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) {  // ten seconds
    probe(from(1, kIke, 9, 40'000, 66), 1, claim(1000 + i));
    if (i % 50 == 0) probe(from(1, kIke, 1, 40'000, 11), 1, claim(5 + i / 1000));
    sessions.expire(now);
    for (const auto& word : words()) genuine += word.interface == 11 ? 1 : 0;
    now += milliseconds(1);
  }
  EXPECT_GE(genuine, 20U);
}

TEST_F(SessionsTest, ASilenceThatHadToWaitIsTold) {
  sessions.connected();
  for (std::uint32_t i = 1; i <= 20; ++i) {
    probe(from(1, kIke, 1), 1, claim(i, 100));
    words();
  }
  wait(milliseconds(100));
  wait(seconds(1));
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, Kind::silent);
  EXPECT_FALSE(sessions.next_deadline());
}

TEST_F(SessionsTest, RepliesSayWhichClaimIsInForce) {
  EXPECT_EQ(probe(from(1, kIke, 1), 1, claim(5)).applied_epoch, 0U);
  apply(1, 5);
  const auto reply = probe(from(1, kIke, 2), 1, claim(6));
  EXPECT_TRUE(reply.kaido);
  EXPECT_EQ(reply.applied_epoch, 7U);
  EXPECT_EQ(reply.applied_generation, 5U);
  EXPECT_EQ(probe(from(2, kIke, 1), 1, claim(6)).applied_epoch, 0U);
}

TEST_F(SessionsTest, OnlyAppliedIsTakenFromKaidod) {
  probe(from(1, kIke, 1), 1, claim(5));
  sessions.hear_kaidod({.kind = Kind::claim, .site = site(1), .epoch = 7, .generation = 5}, now);
  EXPECT_EQ(probe(from(1, kIke, 1), 1, claim(5)).applied_epoch, 0U);
}

TEST_F(SessionsTest, ASiteThatIsSilentForItsHoldTimeIsToldOnce) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5, 300));
  apply(1, 5);
  words();
  wait(milliseconds(200));
  probe(from(1, kIke, 2), 1, claim(5, 300));
  wait(milliseconds(299));
  EXPECT_TRUE(words().empty());
  wait(milliseconds(1));
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, Kind::silent);
  EXPECT_EQ(told[0].site, site(1));
  wait(minutes(1));
  EXPECT_TRUE(words().empty());
  EXPECT_FALSE(sessions.next_deadline());
}

TEST_F(SessionsTest, ProbesWithoutAClaimKeepASitePresent) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5, 300));
  words();
  for (int i = 0; i < 10; ++i) {
    wait(milliseconds(200));
    probe(from(1, kIke, 1), 1);
  }
  EXPECT_TRUE(words().empty());
}

TEST_F(SessionsTest, ASiteThatComesBackIsToldWithTheSameClaim) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5));
  apply(1, 5);
  words();
  wait(seconds(1));
  EXPECT_EQ(words().size(), 1U);
  probe(from(1, kIke, 1), 2);  // says nothing: still away
  EXPECT_TRUE(words().empty());
  probe(from(1, kIke, 1), 2, claim(5));
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, Kind::claim);
}

TEST_F(SessionsTest, ASilenceThatEndedBeforeItWasToldIsNotTold) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5));
  apply(1, 5);
  words();
  wait(seconds(1));
  probe(from(1, kIke, 1), 2, claim(5));
  EXPECT_TRUE(words().empty());
}

TEST_F(SessionsTest, AShorterHoldTimeCountsAtOnce) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5, 60'000));
  probe(from(1, kIke, 1), 2, claim(6, 100));
  words();
  EXPECT_EQ(sessions.next_deadline(), now + milliseconds(100));
  wait(milliseconds(100));
  EXPECT_EQ(words().size(), 1U);
}

TEST_F(SessionsTest, AHoldTimeOfNothingMeansTheDefault) {
  probe(from(1, kIke, 1), 1, claim(5, 0));
  EXPECT_EQ(sessions.next_deadline(), now + Sessions::kHoldUnsaid);
  probe(from(2, kIke, 1), 1, claim(5, 1));
  EXPECT_EQ(sessions.next_deadline(), now + Sessions::kLeastHold);
}

TEST_F(SessionsTest, ANewKaidodIsToldOfEverySiteThatIsPresentAndOfNoOther) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5));
  probe(from(2, kIke, 1), 1, claim(8, 60'000));
  EXPECT_EQ(words().size(), 2U);
  sessions.disconnected();
  wait(seconds(1));  // site 1 falls silent meanwhile
  EXPECT_TRUE(words().empty());
  sessions.connected();
  const auto told = words();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].site, site(2));
  EXPECT_EQ(told[0].kind, Kind::claim);
}

TEST_F(SessionsTest, WhatWasNotToldToOneKaidodIsToldToTheNext) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(5));
  ASSERT_TRUE(sessions.next_word(now));  // and the connection ends
  sessions.connected();
  EXPECT_EQ(words().size(), 1U);
}

TEST_F(SessionsTest, AFloodOfStrangersIsAnsweredButDoesNotPushOutSessions) {
  probe(from(1, kIke, 1), 1, claim(1));
  apply(1, 1);
  probe(from(1, kIke, 1), 2, claim(1));
  probe(stranger(1), 0);
  for (std::uint16_t port = 100; port < 1000; ++port) probe(stranger(port), 77);
  EXPECT_EQ(probe(stranger(2000), 77).sequence, 77U);  // without state: its own number
  EXPECT_EQ(sessions.session_count(), 8U);
  EXPECT_EQ(probe(from(1, kIke, 1), 3, claim(1)).sequence, 2U);
  EXPECT_EQ(probe(stranger(1), 0).sequence, 1U);
  EXPECT_GT(sessions.stateless(), 800U);
}

TEST_F(SessionsTest, AKnownSiteTakesTheOldestStrangersPlace) {
  apply(1, 1);
  for (std::uint16_t port = 100; port < 200; ++port) probe(stranger(port), 77);
  EXPECT_EQ(probe(from(1, kIke, 1), 50, claim(1)).sequence, 0U);
  EXPECT_EQ(probe(from(1, kIke, 1), 51, claim(1)).sequence, 1U);
  EXPECT_EQ(probe(stranger(107), 77).sequence, 1U);
}

TEST_F(SessionsTest, AStrangerTakesThePlaceOfOneThatHasBeenIdle) {
  for (std::uint16_t port = 100; port < 108; ++port) probe(stranger(port), 77);
  now += Sessions::kEvictable;
  EXPECT_EQ(probe(stranger(300), 77).sequence, 0U);
  EXPECT_EQ(probe(stranger(300), 77).sequence, 1U);
}

TEST_F(SessionsTest, OneSiteCannotTakeAllSessions) {
  for (std::uint16_t port = 100; port < 200; ++port) probe(from(1, kIke, 1, port), 77, claim(1));
  EXPECT_EQ(sessions.session_count(), 4U);
  EXPECT_EQ(probe(from(2, kIke, 1), 77, claim(1)).sequence, 0U);
  now += Sessions::kSessionIdle;
  EXPECT_EQ(probe(from(1, kIke, 1, 500), 77, claim(1)).sequence, 0U);
}

TEST_F(SessionsTest, IdleSessionsAreForgotten) {
  for (std::uint16_t port = 100; port < 104; ++port) probe(stranger(port));
  now += Sessions::kSessionIdle;
  probe(stranger(1));
  EXPECT_EQ(sessions.session_count(), 1U);
}

TEST_F(SessionsTest, AFloodOfSitesDoesNotPushOutThoseInForce) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(1));
  apply(1, 1);
  for (std::uint8_t gateway = 100; gateway < 200; ++gateway)
    probe(from(gateway, kIke, 1), 1, claim(1, 60'000));
  EXPECT_EQ(sessions.site_count(), 4U);
  EXPECT_EQ(probe(from(1, kIke, 1), 2, claim(1)).applied_epoch, 7U);
  words();
  // What kaidod has heard and not put into force makes room.
  now += seconds(3);
  EXPECT_FALSE(probe(from(2, kIke, 1), 1, claim(1)).heard.empty());
  EXPECT_EQ(sessions.site_count(), 4U);
}

TEST_F(SessionsTest, ASiteThatMadeRoomLeavesNoDeadlineAndNoWord) {
  sessions.connected();
  for (std::uint8_t gateway = 1; gateway <= 4; ++gateway)
    probe(from(gateway, kIke, 1), 1, claim(1, 100));
  wait(seconds(1));
  for (std::uint8_t gateway = 11; gateway <= 14; ++gateway)
    probe(from(gateway, kIke, 1), 1, claim(1, 60'000));
  const auto told = words();
  ASSERT_EQ(told.size(), 4U);
  for (const auto& word : told) EXPECT_GE(word.site[7], 11);
  EXPECT_EQ(sessions.next_deadline(), now + seconds(60));
}

TEST_F(SessionsTest, ASessionOutlivesItsSiteAndFindsItAgain) {
  sessions.connected();
  probe(from(1, kIke, 1), 1, claim(1, 100));
  wait(seconds(1));
  for (std::uint8_t gateway = 11; gateway <= 14; ++gateway)  // the last takes the place of site 1
    probe(from(gateway, kIke, 1), 1, claim(1, 100));
  EXPECT_TRUE(probe(from(1, kIke, 1), 2, claim(2)).heard.empty());
  wait(seconds(1));
  const auto reply = probe(from(1, kIke, 1), 3, claim(2));
  EXPECT_EQ(reply.sequence, 2U);
  EXPECT_EQ(reply.heard.size(), 1U);
}

TEST(SipHash, GivesThePublishedVector) {
  // Key 00..0f, no input: of SipHash-1-3.
  EXPECT_EQ(siphash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, {}), 0xabac0158050fc4dc);
}

}  // namespace
}  // namespace kaido::reflector
