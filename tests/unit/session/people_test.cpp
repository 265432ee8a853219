#include "core/session/people.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace kaido::session::test {
namespace {

TEST(Words, OfPeopleAreThoseThatAreStoredAndShown) {
  const std::vector<std::pair<Algorithm, std::string>> algorithms{
      {Algorithm::sha1, "SHA1"}, {Algorithm::sha256, "SHA256"}, {Algorithm::sha512, "SHA512"}};
  for (const auto& [value, word] : algorithms) {
    EXPECT_EQ(to_string(value), word);
    EXPECT_EQ(parse_algorithm(word), value);
  }
  const std::vector<std::pair<Door, std::string>> doors{{Door::portal, "portal"},
                                                        {Door::client, "client"},
                                                        {Door::radius, "radius"},
                                                        {Door::ticket, "ticket"}};
  for (const auto& [value, word] : doors) {
    EXPECT_EQ(to_string(value), word);
    EXPECT_EQ(parse_door(word), value);
  }
  const std::vector<std::pair<EndReason, std::string>> reasons{
      {EndReason::expired, "expired"},
      {EndReason::logged_out, "logged-out"},
      {EndReason::by_admin, "by-admin"},
      {EndReason::user_removed, "user-removed"},
      {EndReason::user_disabled, "user-disabled"},
      {EndReason::device_removed, "device-removed"},
      {EndReason::device_disabled, "device-disabled"},
      {EndReason::replaced, "replaced"}};
  for (const auto& [value, word] : reasons) {
    EXPECT_EQ(to_string(value), word);
    EXPECT_EQ(parse_end_reason(word), value);
  }
  const std::vector<std::pair<Policy, std::string>> policies{
      {Policy::certificate_and_otp, "certificate+otp"}, {Policy::certificate, "certificate"}};
  for (const auto& [value, word] : policies) {
    EXPECT_EQ(to_string(value), word);
    EXPECT_EQ(parse_policy(word), value);
  }
}

TEST(Words, ThatNobodyWroteAreNone) {
  for (const std::string_view text :
       {"", "sha1", "SHA", "SHA1 ", "portal ", "Portal", "expire", "certificate+", "otp"}) {
    EXPECT_EQ(parse_policy(text), std::nullopt) << text;
    EXPECT_EQ(parse_algorithm(text), std::nullopt) << text;
    EXPECT_EQ(parse_door(text), std::nullopt) << text;
    EXPECT_EQ(parse_end_reason(text), std::nullopt) << text;
  }
}

TEST(Name, IsOfLettersThatLookLikeNoOther) {
  for (const std::string_view name :
       {"a", "0", "z9", "alice", "a.b_c-d@e", "9", "alice@example.org"})
    EXPECT_TRUE(valid_name(name)) << name;
  for (const std::string_view name :
       {"",  "Alice", ".a", "_a", "-a", "@a", "a b", "a/b", "a:b", "a\n", "ａlice",
        "é", "a`",    "a{", "a?", "a%", "a,", "~a",  "[a",  "/0",  ":9"})
    EXPECT_FALSE(valid_name(name)) << name;
  EXPECT_FALSE(valid_name(std::string_view("a\0b", 3)));
}

TEST(Name, HasAtMost64Characters) {
  EXPECT_TRUE(valid_name(std::string(64, 'a')));
  EXPECT_FALSE(valid_name(std::string(65, 'a')));
}

TEST(Text, MayBeOfAnyScript) {
  for (const std::string_view text :
       {"", "Alice Liddell", "山田 太郎", "Ωmega", "é", "👩‍💻", "ÿ", "\u00a0", "~", "\u0800",
        "\uffff", "\U00010000", "\U0010ffff", "\xed\x9f\xbf", "\ue000", "\u07ff"})
    EXPECT_TRUE(valid_text(text, 200)) << text;
}

TEST(Text, HasAtMostSoManyBytes) {
  EXPECT_TRUE(valid_text("山", 3));
  EXPECT_FALSE(valid_text("山", 2));
  EXPECT_TRUE(valid_text("", 0));
  EXPECT_FALSE(valid_text("a", 0));
}

TEST(Text, MustBeWellFormed) {
  for (const std::string_view text : {"\x80",
                                      "\xbf",
                                      "a\xc3",
                                      "\xc3(",
                                      "\xc3\xc3",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xe0\x80\xaf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xf8\x88\x80\x80\x80",
                                      "\xff",
                                      "\xfe",
                                      "\xe5\xb1",
                                      "\xe5\xb1(",
                                      "\xf0\x9f\x91",
                                      "\xf0\x9f\x91(",
                                      "\xe5(\xb1"})
    EXPECT_FALSE(valid_text(text, 200)) << testing::PrintToString(text);
}

TEST(Text, HasNothingThatMovesACursorOrTurnsTheOrder) {
  for (const std::string_view text :
       {"a\n",    "\t",     "\x1b[2J",  "\x1f",   "\x7f",   "\u0080", "\u009f",
        "\u200e", "\u200f", "\u202a",   "\u202c", "\u202e", "\u2066", "\u2068",
        "\u2069", "\ufeff", "a\u202eb", "\u061c", "\u2028", "\u2029"})
    EXPECT_FALSE(valid_text(text, 200)) << testing::PrintToString(text);
  EXPECT_FALSE(valid_text(std::string_view("\0", 1), 200));
  for (const std::string_view text : {" ", "\u00a0", "\u200d", "\u2010", "\u2027", "\u202f",
                                      "\u2065", "\u206a", "\ufefe", "\uff00"})
    EXPECT_TRUE(valid_text(text, 200)) << "next to them: " << testing::PrintToString(text);
}

TEST(Session, LivesUntilItsEndOrUntilItIsEnded) {
  Session session{.started = 10, .ends = 20};
  EXPECT_TRUE(session.lives(19));
  EXPECT_FALSE(session.lives(20));
  session.ended = 15;
  EXPECT_FALSE(session.lives(14)) << "ended is ended, whatever a clock says";
}

}  // namespace
}  // namespace kaido::session::test
