#include "core/session/audit.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace kaido::session::test {
namespace {

using namespace std::string_literals;

TEST(Act, HasTheWordsThatAreStored) {
  const std::vector<std::string> words{"store-created",  "store-restored",      "user-added",
                                       "user-changed",   "user-removed",        "otp-made",
                                       "otp-confirmed",  "recovery-codes-made", "bypass-code-made",
                                       "device-added",   "device-changed",      "device-removed",
                                       "login-admitted", "login-refused",       "session-extended",
                                       "session-ended",  "logins-refused"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(to_string(static_cast<Act>(i)), words[i]);
    EXPECT_EQ(parse_act(words[i]), static_cast<Act>(i));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(Act::logins_refused) + 1);
  for (const std::string_view text : {"", "user", "user-added ", "User-added", "user_added"})
    EXPECT_EQ(parse_act(text), std::nullopt) << text;
}

TEST(AuditBytes, AreTheNumberTheTimeAndEachTextAfterItsLength) {
  const AuditNote note{.at = 0x65,
                       .actor = "root",
                       .act = Act::otp_made,
                       .user = "al",
                       .subject = "",
                       .detail = "d",
                       .source = "::1"};
  EXPECT_EQ(audit_bytes(0x0102030405060708, note),
            "\x01\x02\x03\x04\x05\x06\x07\x08"s
            "\0\0\0\0\0\0\0\x65"s
            "\0\0\0\0\0\0\0\x04root"s
            "\0\0\0\0\0\0\0\x08otp-made"s
            "\0\0\0\0\0\0\0\x02"s
            "al"s
            "\0\0\0\0\0\0\0\0"s
            "\0\0\0\0\0\0\0\x01"s
            "d"s
            "\0\0\0\0\0\0\0\x03::1"s);
}

TEST(AuditBytes, AreThoseOfNoOtherEntry) {
  const std::string length = "\0\0\0\0\0\0\0\x01"s;
  const std::vector<std::pair<std::uint64_t, AuditNote>> entries{
      {1, {}},
      {2, {}},
      {256, {}},
      {1, {.at = 1}},
      {1, {.at = -1}},
      {1, {.at = 256}},
      {1, {.actor = "a"}},
      {1, {.user = "a"}},
      {1, {.subject = "a"}},
      {1, {.detail = "a"}},
      {1, {.source = "a"}},
      {1, {.actor = "ab", .user = "c"}},
      {1, {.actor = "a", .user = "bc"}},
      {1, {.user = "ab", .subject = "c"}},
      {1, {.user = "a", .subject = "bc"}},
      {1, {.user = "abc"}},
      {1, {.user = "a", .subject = "b", .detail = "c"}},
      {1, {.user = "\0"s}},
      {1, {.user = "\0\0"s}},
      {1, {.user = length}},
      {1, {.user = length + "a"}},
      {1, {.user = "a" + length, .subject = "a"}},
      {1, {.user = "a", .subject = length + "a"}},
      {1, {.act = Act::user_removed}},
      {1, {.actor = "user-added"}},
      {1, {.act = Act::login_refused, .detail = "wrong-code"}},
      {1, {.act = Act::login_refused, .source = "wrong-code"}},
  };
  std::set<std::string> seen;
  for (const auto& [number, note] : entries)
    EXPECT_TRUE(seen.insert(audit_bytes(number, note)).second)
        << number << testing::PrintToString(note.user + "/" + note.subject);
}

}  // namespace
}  // namespace kaido::session::test
