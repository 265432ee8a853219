#include <gtest/gtest.h>

#include "login.hpp"

namespace kaido::session::test {
namespace {

constexpr std::uint8_t kWeekdays = 0x1f;
constexpr std::uint8_t kMonday = 0x01;
constexpr std::uint8_t kFriday = 0x10;
constexpr std::uint8_t kSunday = 0x40;
constexpr WallTime kDay = 86400;

constexpr std::uint16_t clock_of(int hour, int minute = 0) {
  return static_cast<std::uint16_t>(hour * 60 + minute);
}

Settings with(std::vector<Group> groups) {
  return {.session_minutes = 10080, .groups = std::move(groups)};
}
Settings with(const Hours& hours) { return with({{.name = "staff", .hours = hours}}); }

const std::vector<std::string> kStaff{"staff"};

bool allows(const Hours& hours, WallTime now, std::int32_t utc_offset = 0) {
  return within_hours(now, utc_offset, with(hours), kStaff);
}

TEST(Hours, BeginAtTheirMinuteAndEndBeforeTheLast) {
  const Hours office{.from = clock_of(8, 30), .until = clock_of(17), .days = kWeekdays};
  EXPECT_FALSE(allows(office, at(0, 8, 29, 59)));
  EXPECT_TRUE(allows(office, at(0, 8, 30)));
  EXPECT_TRUE(allows(office, at(0, 16, 59, 59)));
  EXPECT_FALSE(allows(office, at(0, 17)));
  EXPECT_TRUE(allows(office, at(4, 12))) << "Friday";
  EXPECT_FALSE(allows(office, at(5, 12))) << "Saturday";
  EXPECT_FALSE(allows(office, at(6, 12))) << "Sunday";
  EXPECT_TRUE(allows(office, at(7, 12))) << "Monday again";
}

TEST(Hours, AreOfTheDayOnWhichTheyBegin) {
  const Hours night{.from = clock_of(22), .until = clock_of(6), .days = kFriday};
  EXPECT_FALSE(allows(night, at(4, 5, 59, 59))) << "Thursday's night is none";
  EXPECT_FALSE(allows(night, at(4, 21, 59, 59)));
  EXPECT_TRUE(allows(night, at(4, 22)));
  EXPECT_TRUE(allows(night, at(4, 23, 59, 59)));
  EXPECT_TRUE(allows(night, at(5, 0))) << "Saturday, still Friday's";
  EXPECT_TRUE(allows(night, at(5, 5, 59, 59)));
  EXPECT_FALSE(allows(night, at(5, 6)));
  EXPECT_FALSE(allows(night, at(5, 22)));
}

TEST(Hours, CrossTheEndOfTheWeek) {
  const Hours night{.from = clock_of(22), .until = clock_of(6), .days = kSunday};
  EXPECT_TRUE(allows(night, at(6, 22)));
  EXPECT_TRUE(allows(night, at(7, 5, 59, 59))) << "Monday";
  EXPECT_TRUE(allows(night, at(0, 0))) << "by the Sunday before";
  EXPECT_FALSE(allows(night, at(7, 6)));
  EXPECT_FALSE(allows(night, at(1, 0)));
}

TEST(Hours, LastAWholeDayWhereTheyEndAsTheyBegin) {
  const Hours day{.from = clock_of(9), .until = clock_of(9), .days = kMonday};
  EXPECT_FALSE(allows(day, at(0, 8, 59, 59)));
  EXPECT_TRUE(allows(day, at(0, 9)));
  EXPECT_TRUE(allows(day, at(1, 8, 59, 59)));
  EXPECT_FALSE(allows(day, at(1, 9)));
}

TEST(Hours, OfNoDayAllowNothing) {
  for (int day = 0; day < 7; ++day) EXPECT_FALSE(allows({.days = 0}, at(day, 12))) << day;
}

TEST(Hours, AreOfEachDayOfTheWeekAlone) {
  for (int bit = 0; bit < 7; ++bit)
    for (int day = 0; day < 7; ++day)
      EXPECT_EQ(allows({.from = clock_of(1),
                        .until = clock_of(2),
                        .days = static_cast<std::uint8_t>(1U << static_cast<unsigned>(bit))},
                       at(day, 1)),
                bit == day);
}

TEST(Hours, AreOfTheLocalDay) {
  const Hours office{.from = clock_of(9), .until = clock_of(17), .days = kMonday};
  constexpr std::int32_t tokyo = 9 * 3600;
  EXPECT_FALSE(allows(office, at(-1, 23, 59, 59), tokyo));
  EXPECT_TRUE(allows(office, at(0, 0), tokyo)) << "nine o'clock on Monday";
  EXPECT_TRUE(allows(office, at(0, 7, 59, 59), tokyo));
  EXPECT_FALSE(allows(office, at(0, 8), tokyo));
  constexpr std::int32_t honolulu = -10 * 3600;
  EXPECT_FALSE(allows(office, at(0, 18, 59, 59), honolulu));
  EXPECT_TRUE(allows(office, at(0, 19), honolulu));
  EXPECT_TRUE(allows(office, at(1, 2, 59, 59), honolulu)) << "still Monday there";
  EXPECT_FALSE(allows(office, at(1, 3), honolulu));
}

TEST(Hours, HoldForAClockThatWasNeverSet) {
  const Hours wednesday{.from = clock_of(23), .until = clock_of(0), .days = 0x04};
  EXPECT_TRUE(allows(wednesday, -1)) << "1969-12-31";
  EXPECT_TRUE(allows(wednesday, 0, -1));
  EXPECT_TRUE(allows(wednesday, -3600));
  EXPECT_FALSE(allows(wednesday, -3601));
  EXPECT_FALSE(allows(wednesday, 0)) << "Thursday";
  const Hours sunday{.days = kSunday};
  EXPECT_TRUE(allows(sunday, -4 * kDay));
  EXPECT_FALSE(allows(sunday, -4 * kDay - 1));
  EXPECT_FALSE(allows(sunday, -3 * kDay));
  EXPECT_TRUE(allows(sunday, -11 * kDay));
}

TEST(Hours, BindOnlyWhereEveryGroupOfAPersonHasThem) {
  const Hours office{.from = clock_of(8), .until = clock_of(17)};
  const Hours late{.from = clock_of(17), .until = clock_of(20)};
  const auto settings = with({{.name = "office", .hours = office},
                              {.name = "late", .hours = late},
                              {.name = "always", .hours = std::nullopt}});
  const auto allowed = [&](int hour, const std::vector<std::string>& groups) {
    return within_hours(at(0, hour), 0, settings, groups);
  };
  EXPECT_FALSE(allowed(7, {"office"}));
  EXPECT_FALSE(allowed(7, {"office", "late"}));
  EXPECT_TRUE(allowed(9, {"office", "late"}));
  EXPECT_TRUE(allowed(18, {"office", "late"}));
  EXPECT_TRUE(allowed(18, {"late", "office"}));
  EXPECT_FALSE(allowed(20, {"office", "late"}));
  EXPECT_TRUE(allowed(3, {"office", "always"}));
  EXPECT_TRUE(allowed(3, {"always"}));
  EXPECT_TRUE(allowed(3, {}));
  EXPECT_TRUE(allowed(3, {"gone"})) << "a group that is configured no more has no hours";
  EXPECT_FALSE(allowed(3, {"gone", "office"}));
}

struct Case {
  const char* what;
  WallTime now;
  std::int32_t utc_offset;
  std::uint32_t session_minutes;
  std::optional<std::uint16_t> session_end;
  std::optional<Hours> hours;
  WallTime ends;
};

TEST(SessionEnd, IsTheFirstOfAll) {
  const Hours office{.from = clock_of(8), .until = clock_of(17), .days = kWeekdays};
  const Hours night{.from = clock_of(22), .until = clock_of(6), .days = kFriday};
  const Hours whole{.from = 0, .until = 0, .days = kMonday};
  const Hours ever{.from = clock_of(9), .until = clock_of(9)};
  constexpr std::int32_t tokyo = 9 * 3600;
  const std::vector<Case> cases{
      {"the minutes", at(0, 9), 0, 720, {}, {}, at(0, 21)},
      {"five of them", at(0, 9, 0, 1), 0, 5, {}, {}, at(0, 9, 5, 1)},
      {"a week of them", at(0, 9), 0, 10080, {}, {}, at(7, 9)},
      {"the day's end", at(0, 9), 0, 720, clock_of(18), {}, at(0, 18)},
      {"a second before the day's end", at(0, 17, 59, 59), 0, 720, clock_of(18), {}, at(0, 18)},
      {"at the day's end: the next", at(0, 18), 0, 10080, clock_of(18), {}, at(1, 18)},
      {"after the day's end", at(0, 18, 0, 1), 0, 10080, clock_of(18), {}, at(1, 18)},
      {"the minutes before the day's end", at(0, 9), 0, 60, clock_of(18), {}, at(0, 10)},
      {"midnight", at(0, 9), 0, 10080, std::uint16_t{0}, {}, at(1, 0)},
      {"local midnight", at(0, 9), tokyo, 10080, std::uint16_t{0}, {}, at(0, 15)},
      {"local midnight, west", at(0, 9), -36000, 10080, std::uint16_t{0}, {}, at(0, 10)},
      {"office hours", at(0, 9), 0, 720, {}, office, at(0, 17)},
      {"office hours' last second", at(0, 16, 59, 59), 0, 720, {}, office, at(0, 17)},
      {"office hours in Tokyo", at(0, 0), tokyo, 720, {}, office, at(0, 8)},
      {"minutes within office hours", at(0, 9), 0, 30, {}, office, at(0, 9, 30)},
      {"the day's end within office hours", at(0, 9), 0, 720, clock_of(12), office, at(0, 12)},
      {"a night, in the evening", at(4, 23), 0, 720, {}, night, at(5, 6)},
      {"a night, in the morning", at(5, 5), 0, 720, {}, night, at(5, 6)},
      {"a whole day", at(0, 9), 0, 10080, {}, whole, at(1, 0)},
      {"every day: they never close", at(0, 8), 0, 10080, {}, ever, at(7, 8)},
      {"every day, at their change", at(0, 9), 0, 10080, {}, ever, at(7, 9)},
      {"closed: at once", at(0, 18), 0, 720, {}, office, at(0, 18)},
  };
  for (const auto& [what, now, utc_offset, minutes, end, hours, ends] : cases) {
    const Settings settings{.session_minutes = minutes,
                            .session_end = end,
                            .groups = {{.name = "staff", .hours = hours}}};
    EXPECT_EQ(session_end(now, utc_offset, settings, kStaff), ends) << what;
  }
}

TEST(SessionEnd, IsOfTheGroupWhoseHoursCloseLast) {
  const auto settings =
      with({{.name = "short", .hours = Hours{.from = clock_of(8), .until = clock_of(12)}},
            {.name = "long", .hours = Hours{.from = clock_of(8), .until = clock_of(17)}},
            {.name = "late", .hours = Hours{.from = clock_of(18), .until = clock_of(20)}},
            {.name = "always", .hours = std::nullopt}});
  const auto end = [&](const std::vector<std::string>& groups) {
    return session_end(at(0, 9), 0, settings, groups);
  };
  EXPECT_EQ(end({"short"}), at(0, 12));
  EXPECT_EQ(end({"short", "long"}), at(0, 17));
  EXPECT_EQ(end({"long", "short"}), at(0, 17));
  EXPECT_EQ(end({"short", "late"}), at(0, 12)) << "what does not allow now ends nothing";
  EXPECT_EQ(end({"short", "always"}), at(7, 9));
  EXPECT_EQ(end({"always", "long"}), at(7, 9));
  EXPECT_EQ(end({}), at(7, 9));
  EXPECT_EQ(end({"gone"}), at(7, 9));
}

TEST(SessionEnd, IsNeverWhileAMemberMayStillLogIn) {
  for (const auto hours :
       {Hours{.from = clock_of(9), .until = clock_of(9), .days = kWeekdays},
        Hours{.from = 0, .until = 0, .days = 0x63}, Hours{.from = clock_of(22), .until = 1}})
    for (int hour = 0; hour < 24 * 7; ++hour) {
      const auto now = at(0, hour);
      if (!allows(hours, now)) continue;
      const auto end = session_end(now, 0, with(hours), kStaff);
      EXPECT_FALSE(allows(hours, end)) << hour;
      EXPECT_TRUE(allows(hours, end - 1)) << hour;
    }
}

}  // namespace
}  // namespace kaido::session::test
