// How people, devices, sessions and the audit are drawn.
#include "output/people.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "core/session/decision.hpp"
#include "output/audit.hpp"
#include "output/moment.hpp"

namespace kaido::cli {
namespace {

constexpr std::int64_t noon = 1'795'867'200;  // 2026-11-28 12:00 UTC
constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

class Drawing : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
  }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
  Style plain_{false};
};

UserReport mika() {
  return {.name = "mika",
          .display = "山田 美香",
          .groups = {"admins", "staff"},
          .created = noon - day,
          .policy = "certificate+otp",
          .otp = "confirmed",
          .algorithm = "SHA1",
          .digits = 6,
          .period = 30,
          .recovery_codes = 10,
          .bypass_until = noon + 2 * hour};
}

UserReport tom() {
  UserReport user;
  user.name = "tom.miller";
  user.policy = "certificate+otp";
  user.display = "Tom";
  user.enabled = false;
  user.otp = "unconfirmed";
  user.algorithm = "SHA256";
  user.digits = 8;
  user.period = 60;
  user.bypass_until = noon - 1;
  return user;
}

DeviceReport laptop() {
  return {.user = "mika",
          .name = "laptop",
          .fingerprint = std::string(64, 'a'),
          .subject = "CN=mika laptop",
          .not_after = noon + 5 * day,
          .wireguard_key = "",
          .addresses = {"10.9.0.2", "fd00::2"},
          .enabled = true,
          .created = noon};
}

SessionReport session() {
  return {.id = "4f1d2a9c000000000000000000000000",
          .user = "mika",
          .device = "laptop",
          .door = "portal",
          .source = "192.0.2.9",
          .started = noon - hour,
          .ends = noon + 12'000,
          .ended = 0,
          .reason = "",
          .alive = true};
}

TEST_F(Drawing, MomentsAreLocalAndAnEndSaysHowLongItIsTo) {
  EXPECT_EQ(local_time(noon), "2026-11-28 21:00:00");
  EXPECT_EQ(local_minute(noon), "2026-11-28 21:00");
  EXPECT_EQ(end_at(noon + 12'000, noon), "2026-11-29 00:20 (in 3 h 20 min)");
  EXPECT_EQ(end_at(noon, noon), "2026-11-28 21:00 (over)");
  EXPECT_EQ(end_at(0, noon), "");
  EXPECT_EQ(local_time(INT64_MAX), "9223372036854775807") << "of no calendar's year";
}

TEST_F(Drawing, UsersLineUpWhateverTheScriptOfTheirNames) {
  EXPECT_EQ(
      draw_users({mika(), tom()}, noon, plain_),
      "2 users\n"
      "  USER        NAME       STATE     GROUPS         ONE-TIME PASSWORD  RECOVERY CODES"
      "  BYPASS CODE UNTIL\n"
      "  mika        山田 美香  enabled   admins, staff  confirmed                      10"
      "  2026-11-28 23:00 (in 2 h 0 min)\n"
      "  tom.miller  Tom        disabled                 not confirmed                   0\n");
  EXPECT_EQ(draw_users({}, noon, plain_), "There are no users. Add one: kaido user add NAME\n");
}

TEST_F(Drawing, AUserIsShownWithDevicesAndLivingSessions) {
  EXPECT_EQ(draw_user(mika(), {laptop()}, {session()}, noon, plain_),
            "mika  山田 美香\n"
            "  State              enabled\n"
            "  Groups             admins, staff\n"
            "  Policy             certificate+otp\n"
            "  One-time password  confirmed; SHA1, 6 digits, every 30 s\n"
            "  Recovery codes     10 unused\n"
            "  Bypass code until  2026-11-28 23:00 (in 2 h 0 min)\n"
            "  Added              2026-11-27 21:00\n"
            "\n"
            "1 device\n"
            "  DEVICE  STATE    ADDRESSES          CERTIFICATE UNTIL\n"
            "  laptop  enabled  10.9.0.2, fd00::2  2026-12-03 21:00 (in 5 d 0 h)\n"
            "\n"
            "1 living session\n"
            "  SESSION   DEVICE  STATE  DOOR    FROM       SINCE             UNTIL\n"
            "  4f1d2a9c  laptop  lives  portal  192.0.2.9  2026-11-28 20:00  2026-11-29 00:20 "
            "(in 3 h 20 min)\n");
}

TEST_F(Drawing, WhatIsMissingOfAUserIsSaidWithWhatToDo) {
  const auto drawn = draw_user(tom(), {}, {}, noon, plain_);
  EXPECT_NE(drawn.find("Groups             none: reaches nothing\n"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("not confirmed; SHA256, 8 digits, every 60 s; confirm it: kaido user otp "
                       "verify tom.miller\n"),
            std::string::npos)
      << drawn;
  EXPECT_EQ(drawn.find("Bypass"), std::string::npos) << "it counts no more";
  EXPECT_NE(drawn.find("\n0 devices\n\n0 living sessions\n"), std::string::npos) << drawn;
}

TEST_F(Drawing, APolicyStandsInListsWhereItIsNotTheUsualOne) {
  auto robot = tom();
  robot.policy = "certificate";
  const auto users = draw_users({mika(), robot}, noon, plain_);
  EXPECT_TRUE(users.contains("POLICY")) << users;
  EXPECT_EQ(users.find("certificate+otp"), std::string::npos) << users;
  auto device = laptop();
  EXPECT_FALSE(draw_device(device, noon, plain_).contains("Policy"));
  device.policy = "certificate";
  EXPECT_TRUE(draw_device(device, noon, plain_).contains("Policy       certificate\n"))
      << draw_device(device, noon, plain_);
  EXPECT_TRUE(draw_devices({laptop(), device}, noon, plain_).contains("POLICY"));
}

TEST_F(Drawing, ACertificateThatEndsSoonStandsOut) {
  auto device = laptop();
  EXPECT_NE(draw_device(device, noon, Style(true)).find("\x1b[33m2026-12-03"), std::string::npos);
  device.not_after = noon - 1;
  EXPECT_NE(draw_device(device, noon, Style(true)).find("\x1b[31m2026-11-28 20:59 (over)"),
            std::string::npos);
  device.not_after = noon + 300 * day;
  EXPECT_EQ(draw_devices({device}, noon, plain_),
            "1 device\n"
            "  USER  DEVICE  STATE    ADDRESSES          CERTIFICATE UNTIL\n"
            "  mika  laptop  enabled  10.9.0.2, fd00::2  2027-09-24 21:00 (in 300 d)\n");
}

TEST_F(Drawing, ASessionThatHasEndedSaysWhyAndWhen) {
  auto ended = session();
  ended.alive = false;
  ended.ended = noon;
  ended.reason = "by-admin";
  const auto drawn = draw_sessions({session(), ended}, true, noon, plain_);
  EXPECT_TRUE(drawn.starts_with("2 sessions\n")) << drawn;
  EXPECT_NE(
      drawn.find("ended by an admin  portal  192.0.2.9  2026-11-28 20:00  2026-11-28 21:00\n"),
      std::string::npos)
      << drawn;
  EXPECT_NE(draw_session(ended, noon, plain_).find("Ended   2026-11-28 21:00:00\n"),
            std::string::npos)
      << draw_session(ended, noon, plain_);
  EXPECT_EQ(draw_sessions({}, false, noon, plain_),
            "No session lives. Ended ones: kaido session list --all\n");
}

AuditReport refusal(std::uint64_t number, std::int64_t time, session::Refusal why) {
  AuditReport entry;
  entry.number = number;
  entry.time = time;
  entry.actor = "portal";
  entry.act = "login-refused";
  entry.user = "mika";
  entry.subject = "laptop";
  entry.detail = to_string(why);
  entry.source = "192.0.2.9";
  return entry;
}

TEST_F(Drawing, TheAuditIsATable) {
  EXPECT_EQ(draw_audit({refusal(12, noon, session::Refusal::wrong_code)}, plain_),
            "1 entry of the audit, the newest last\n"
            "  NO.  TIME                 BY      ACT            USER  ABOUT   DETAIL      FROM\n"
            "   12  2026-11-28 21:00:00  portal  login-refused  mika  laptop  wrong-code  "
            "192.0.2.9\n");
  EXPECT_EQ(draw_audit({}, plain_), "The audit has no such entries.\n");
}

TEST_F(Drawing, AnExplanationBeginsWithTheNewestRefusal) {
  using session::Refusal;
  const auto old = refusal(3, noon - 600, Refusal::unknown_device);
  const auto newest = refusal(4, noon - 180, Refusal::wrong_code);
  const auto drawn = draw_explanation("mika", {old, newest}, {}, noon, plain_);
  EXPECT_EQ(drawn, "Refused 3 min ago: " + session::explain(Refusal::wrong_code) +
                       "\nNever admitted so far.\n\n2 refusals, the newest first\n"
                       "  2026-11-28 20:57:00  192.0.2.9  laptop  wrong-code\n    " +
                       session::explain(Refusal::wrong_code) +
                       "\n  2026-11-28 20:50:00  192.0.2.9  laptop  unknown-device\n    " +
                       session::explain(Refusal::unknown_device) + "\n");
}

TEST_F(Drawing, AnExplanationSaysWhetherThePersonWasAdmittedSince) {
  auto admitted = refusal(5, noon - 60, session::Refusal::wrong_code);
  admitted.act = "login-admitted";
  const auto refused = refusal(4, noon - 180, session::Refusal::wrong_code);
  EXPECT_NE(draw_explanation("mika", {refused}, {admitted}, noon, plain_)
                .find("\nAdmitted since then: 2026-11-28 20:59:00, from 192.0.2.9\n"),
            std::string::npos);
  admitted.number = 2;
  EXPECT_NE(draw_explanation("mika", {refused}, {admitted}, noon, plain_)
                .find("\nLast admitted: 2026-11-28 20:59:00, from 192.0.2.9\n"),
            std::string::npos);
}

TEST_F(Drawing, WithoutARefusalASlipOfTheKeyboardIsThoughtOf) {
  const auto drawn = draw_explanation("mkia\x1b[2J", {}, {}, noon, plain_);
  EXPECT_TRUE(drawn.starts_with("No refusal of mkia?[2J is in the audit.\n")) << drawn;
  EXPECT_NE(drawn.find("kaido audit --act login-refused"), std::string::npos) << drawn;
}

TEST_F(Drawing, AReasonOfANewerDaemonIsShownAsItCame) {
  auto entry = refusal(1, noon, session::Refusal::wrong_code);
  entry.detail = "wrong-moon";
  EXPECT_NE(explain_refusal(entry).find("wrong-moon"), std::string::npos);
}

TEST_F(Drawing, NothingThatWasTypedAtADoorReachesTheTerminal) {
  const std::string hostile = "\x1b]0;owned\x07\x1b[2J\xc2\x9b\x9b\xe6\x1b[H\xe2\x80\xae\r\n";
  auto entry = refusal(1, noon, session::Refusal::wrong_code);
  entry.user = entry.subject = entry.detail = entry.source = entry.actor = hostile;
  auto user = mika();
  user.name = user.display = user.otp = user.algorithm = hostile;
  user.groups = {hostile};
  auto device = laptop();
  device.name = device.subject = device.fingerprint = device.wireguard_key = hostile;
  auto one = session();
  one.id = one.device = one.door = one.source = hostile;
  const auto drawn =
      draw_audit({entry}, plain_) + draw_explanation(hostile, {entry}, {entry}, noon, plain_) +
      draw_users({user}, noon, plain_) + draw_user(user, {device}, {one}, noon, plain_) +
      draw_device(device, noon, plain_) + draw_session(one, noon, plain_);
  EXPECT_EQ(drawn.find_first_of("\x1b\x07\r"), std::string::npos);
  EXPECT_EQ(drawn.find("\xc2\x9b"), std::string::npos);
  EXPECT_EQ(drawn.find("\xe2\x80\xae"), std::string::npos);
  for (std::string_view rest = drawn; !rest.empty(); rest.remove_prefix(character_length(rest)))
    ASSERT_NE(character_length(rest), 0U) << "all of it is UTF-8";
}

TEST(Printable, TakesNothingForAPartOfACutCharacter) {
  EXPECT_EQ(printable("\xe6\x1b[2J"), "??[2J");
  EXPECT_EQ(printable("\xf0\x9f\x1b]"), "???]");
  EXPECT_EQ(printable("\x9b"), "?") << "a control character of ISO 8859";
  EXPECT_EQ(printable("\xe0\x82\x9b"), "???") << "the same, spelled longer than it may be";
  EXPECT_EQ(printable("a\xe2\x80\xae z"), "a? z") << "turns the order round";
  EXPECT_EQ(printable("山田 é 🙂"), "山田 é 🙂");
}

}  // namespace
}  // namespace kaido::cli
