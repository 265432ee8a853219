#include "core/session/limits.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <tuple>

namespace kaido::session::test {
namespace {

constexpr WallTime kNow = 1'800'000'000;

/// Seconds that the attempt after so many failures waits, the last of them now.
WallTime delay(SubjectKind kind, std::uint32_t count) {
  return blocked_until(kind, {.subject = "x", .count = count, .last = kNow}, kNow) - kNow;
}

TEST(Subject, HasAKeyOfItsKindAndName) {
  EXPECT_EQ((Subject{.kind = SubjectKind::user, .name = "alice"}).key(), "user:alice");
  EXPECT_EQ((Subject{.kind = SubjectKind::device, .name = "00ff"}).key(), "device:00ff");
  EXPECT_EQ((Subject{.kind = SubjectKind::source, .name = "192.0.2.1"}).key(), "source:192.0.2.1");
}

TEST(Source, IsAnIPv4AddressWhole) {
  EXPECT_EQ(source_of("192.0.2.1"), "192.0.2.1");
  EXPECT_NE(source_of("192.0.2.1"), source_of("192.0.2.2"));
}

TEST(Source, IsAnIPv6AddressByIts64) {
  EXPECT_EQ(source_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(source_of("2001:db8:1:2::1"), source_of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(source_of("2001:db8:1:2::1"), source_of("2001:db8:1:3::1"));
  EXPECT_EQ(source_of("fe80::1%eth0"), "fe80::/64") << "the zone is ours, not the host's";
}

TEST(Source, IsTheSameIPv4AddressThroughASocketOfBothFamilies) {
  EXPECT_EQ(source_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_NE(source_of("::ffff:192.0.2.1"), source_of("::ffff:192.0.2.2"));
  EXPECT_EQ(source_of("::fffe:192.0.2.1"), "::/64");
  EXPECT_EQ(source_of("1::ffff:192.0.2.1"), "1::/64");
}

TEST(Source, IsOneForAllThatIsNoAddress) {
  for (const std::string_view text : {"", "x", "192.0.2", "192.0.2.1\n", "user:alice", "%"})
    EXPECT_EQ(source_of(text), "unknown") << text;
}

TEST(Limits, FiveFailuresCostNothingButTheAttempt) {
  for (const auto kind : {SubjectKind::user, SubjectKind::device}) {
    for (std::uint32_t count = 0; count <= 5; ++count) EXPECT_EQ(delay(kind, count), 0) << count;
    EXPECT_EQ(delay(kind, 6), 1);
  }
}

TEST(Limits, AHotelMayFailTwentyTimes) {
  for (std::uint32_t count = 0; count <= 20; ++count)
    EXPECT_EQ(delay(SubjectKind::source, count), 0) << count;
  EXPECT_EQ(delay(SubjectKind::source, 21), 1);
  EXPECT_EQ(delay(SubjectKind::source, 30), 512);
  EXPECT_EQ(delay(SubjectKind::source, 31), 900);
}

TEST(Limits, EachFurtherFailureDoublesTheDelayUpToAQuarterOfAnHour) {
  std::vector<WallTime> delays;
  for (std::uint32_t count = 6; count <= 18; ++count)
    delays.push_back(delay(SubjectKind::user, count));
  EXPECT_EQ(delays, (std::vector<WallTime>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}));
  EXPECT_EQ(delay(SubjectKind::user, std::numeric_limits<std::uint32_t>::max()), 900);
}

TEST(Limits, TheDelayRunsFromTheLastFailure) {
  const Failures failures{.subject = "x", .count = 9, .last = kNow - 7};
  EXPECT_EQ(blocked_until(SubjectKind::user, failures, kNow), kNow + 1);
  EXPECT_EQ(blocked_until(SubjectKind::user, failures, kNow + 1), kNow + 1) << "it counts then";
  EXPECT_EQ(blocked_until(SubjectKind::user, failures, kNow + 5), kNow + 5) << "and since then";
}

TEST(Limits, NothingIsBlockedThatNeverFailed) {
  EXPECT_EQ(blocked_until(SubjectKind::user, {.subject = "x"}, kNow), kNow);
  EXPECT_EQ(blocked_until(SubjectKind::user, {.subject = "x", .count = 5, .last = kNow + 5}, kNow),
            kNow);
}

TEST(Limits, AClockThatWentBackALittleChangesNothing) {
  EXPECT_EQ(
      blocked_until(SubjectKind::user, {.subject = "x", .count = 6, .last = kNow + 899}, kNow),
      kNow + 900);
  EXPECT_EQ(
      blocked_until(SubjectKind::user, {.subject = "x", .count = 15, .last = kNow + 388}, kNow),
      kNow + 900);
}

TEST(Limits, AClockThatWentBackFarBlocksNobody) {
  for (const auto& [count, ahead] : std::vector<std::pair<std::uint32_t, WallTime>>{
           {6, 900}, {15, 389}, {16, 1}, {16, 86400}, {100, 10LL * 365 * 86400}})
    EXPECT_EQ(blocked_until(SubjectKind::user,
                            {.subject = "x", .count = count, .last = kNow + ahead}, kNow),
              kNow)
        << count << " " << ahead;
  const auto farthest = std::numeric_limits<WallTime>::max();
  EXPECT_EQ(blocked_until(SubjectKind::user, {.subject = "x", .count = 99, .last = farthest}, kNow),
            kNow);
}

TEST(Limits, AClockThatWentBackNeverDelaysByMoreThanTheLongestDelay) {
  for (const WallTime ahead : {0, 1, 500, 899, 900, 901, 1800, 5000}) {
    const Failures failures{.subject = "x", .count = 40, .last = kNow + ahead};
    WallTime blocked = 0;
    for (auto now = kNow; now < kNow + 10000; ++now)
      if (blocked_until(SubjectKind::user, failures, now) > now) ++blocked;
    EXPECT_LE(blocked, 900) << ahead;
  }
}

TEST(Failed, IsOneMoreAtThisTime) {
  EXPECT_EQ(failed({.subject = "user:a"}, kNow),
            (Failures{.subject = "user:a", .count = 1, .last = kNow}));
  EXPECT_EQ(failed({.subject = "user:a", .count = 7, .last = kNow - 10}, kNow),
            (Failures{.subject = "user:a", .count = 8, .last = kNow}));
  EXPECT_EQ(failed({.subject = "user:a", .count = 7, .last = kNow + 500000}, kNow),
            (Failures{.subject = "user:a", .count = 8, .last = kNow}))
      << "the clock went back; what was counted stays";
}

TEST(Failed, IsForgottenAfterADayWithoutAnother) {
  EXPECT_EQ(failed({.subject = "x", .count = 7, .last = kNow - 86399}, kNow).count, 8U);
  EXPECT_EQ(failed({.subject = "x", .count = 7, .last = kNow - 86400}, kNow).count, 1U);
  EXPECT_EQ(failed({.subject = "x", .count = 7, .last = kNow - 86401}, kNow).count, 1U);
}

TEST(Failed, DoesNotBeginAnewAtTheLargestCount) {
  const auto most = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(failed({.subject = "x", .count = most - 1, .last = kNow}, kNow).count, most);
  EXPECT_EQ(failed({.subject = "x", .count = most, .last = kNow}, kNow).count, most);
}

TEST(Limits, SomebodyWhoTriesAllDayGetsAHundredGuesses) {
  Failures failures{.subject = "user:a"};
  std::uint32_t tried = 0;
  for (auto now = kNow; now < kNow + 86400; ++now) {
    if (blocked_until(SubjectKind::user, failures, now) > now) continue;
    failures = failed(failures, now);
    ++tried;
  }
  EXPECT_GE(tried, 100U);
  EXPECT_LE(tried, 110U) << "of a million codes";
}

TEST(Strangers, AreNotedSixtyTimesAMinute) {
  StrangerLimit limit;
  std::uint32_t noted = 0;
  for (int i = 0; i < 1000; ++i) noted += limit.may_be_noted(kNow + i % 60) ? 1U : 0U;
  EXPECT_EQ(noted, StrangerLimit::kNoted);
  EXPECT_EQ(limit.left_out(kNow + 59), 0U) << "the minute is not over";
  EXPECT_EQ(limit.left_out(kNow + 60), 1000U - StrangerLimit::kNoted);
}

TEST(Strangers, AreNotedAgainInTheNextMinute) {
  StrangerLimit limit;
  for (int i = 0; i < 61; ++i) std::ignore = limit.may_be_noted(kNow);
  EXPECT_FALSE(limit.may_be_noted(kNow + 59));
  EXPECT_TRUE(limit.may_be_noted(kNow + 60));
  EXPECT_EQ(limit.left_out(kNow + 60), 2U);
}

TEST(Strangers, WhoWereLeftOutAreCountedUntilThatIsWritten) {
  StrangerLimit limit;
  for (int i = 0; i < 65; ++i) std::ignore = limit.may_be_noted(kNow);
  for (int i = 0; i < 62; ++i) std::ignore = limit.may_be_noted(kNow + 60);
  EXPECT_EQ(limit.left_out(kNow + 119), 5U);
  EXPECT_EQ(limit.left_out(kNow + 120), 7U);
  limit.forget(7);
  EXPECT_EQ(limit.left_out(kNow + 500), 0U);
}

TEST(Strangers, AreNotedWhenTheClockGoesBack) {
  StrangerLimit limit;
  for (int i = 0; i < 61; ++i) std::ignore = limit.may_be_noted(kNow);
  EXPECT_TRUE(limit.may_be_noted(kNow - 1000));
  EXPECT_EQ(limit.left_out(kNow - 1000), 1U);
}

}  // namespace
}  // namespace kaido::session::test
