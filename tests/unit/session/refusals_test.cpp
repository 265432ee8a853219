#include <gtest/gtest.h>

#include <set>

#include "core/session/decision.hpp"

namespace kaido::session::test {
namespace {

const std::vector<std::string> kWords{"no-certificate",
                                      "certificate-invalid",
                                      "certificate-expired",
                                      "certificate-not-yet-valid",
                                      "certificate-revoked",
                                      "certificate-usage",
                                      "revocation-unknown",
                                      "unknown-user",
                                      "user-disabled",
                                      "unknown-device",
                                      "device-of-another",
                                      "device-disabled",
                                      "no-otp",
                                      "wrong-code",
                                      "used-code",
                                      "outside-hours",
                                      "too-many-attempts",
                                      "key-differs"};

TEST(Refusal, HasTheWordThatIsStored) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    EXPECT_EQ(to_string(static_cast<Refusal>(i)), kWords[i]);
    EXPECT_EQ(parse_refusal(kWords[i]), static_cast<Refusal>(i));
  }
  EXPECT_EQ(kWords.size(), static_cast<std::size_t>(Refusal::key_differs) + 1);
  for (const std::string_view text : {"", "wrong", "wrong_code", "Wrong-code", "wrong-code "})
    EXPECT_EQ(parse_refusal(text), std::nullopt) << text;
}

TEST(Refusal, IsExplainedInOneSentenceOfItsOwn) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    const auto text = explain(static_cast<Refusal>(i));
    EXPECT_TRUE(seen.insert(text).second) << kWords[i];
    EXPECT_GT(text.size(), 40U) << kWords[i];
    EXPECT_EQ(text.find_first_of(".\n"), std::string::npos) << text;
    EXPECT_TRUE(text.front() >= 'A' && text.front() <= 'Z') << text;
  }
}

TEST(Refusal, NamesTheCommandThatHelps) {
  const std::vector<std::pair<Refusal, std::string>> commands{
      {Refusal::certificate_expired, "kaido device add"},
      {Refusal::unknown_user, "kaido user add USER"},
      {Refusal::user_disabled, "kaido user enable USER"},
      {Refusal::unknown_device, "kaido device add"},
      {Refusal::device_disabled, "kaido device enable USER DEVICE"},
      {Refusal::no_otp, "kaido user otp new USER"},
      {Refusal::wrong_code, "kaido user otp new USER"},
      {Refusal::too_many_attempts, "kaido login explain USER"},
      {Refusal::key_differs, "kaido device remove USER DEVICE"}};
  for (const auto& [refusal, command] : commands)
    EXPECT_NE(explain(refusal).find(command), std::string::npos) << to_string(refusal);
}

}  // namespace
}  // namespace kaido::session::test
