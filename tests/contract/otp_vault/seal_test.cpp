// Seals: no byte of one may change, and it serves one person and one key only.
#include <gtest/gtest.h>

#include <algorithm>

#include "contract/otp_vault/vault.hpp"

namespace kaido {
namespace {

constexpr std::string_view kSeed = "12345678901234567890";
constexpr session::OtpShape kShape{.digits = 6};

class OtpSeal : public ::testing::Test, protected KnownVault {
 protected:
  auto match(std::string_view user, std::span<const std::uint8_t> sealed) {
    return vault.match(user, sealed, kShape, Secret("287082"), 59);
  }
  void expect_refused(std::string_view user, std::span<const std::uint8_t> sealed) {
    const auto found = match(user, sealed);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().condition, Condition::otp_key_unusable);
    const auto text = found.error().to_string();
    EXPECT_EQ(text.find("287082"), std::string::npos);
    EXPECT_EQ(text.find(kSeed), std::string::npos);
    EXPECT_EQ(text.find(kMaster), std::string::npos);
  }
};

TEST_F(OtpSeal, ShowsNothingOfTheSeedAndDiffersEachTime) {
  const auto first = seal("alice", kSeed);
  EXPECT_EQ(first.size(), 1 + 12 + kSeed.size() + 16);
  EXPECT_EQ(first.front(), 1);
  EXPECT_TRUE(std::ranges::search(first, kSeed.substr(0, 4)).empty());
  EXPECT_NE(seal("alice", kSeed), first);
  const auto found = match("alice", first);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, 1U);
}

TEST_F(OtpSeal, AChangedByteAnywhereIsRefused) {
  const auto good = seal("alice", kSeed);
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const std::uint8_t flip : std::initializer_list<std::uint8_t>{0x01, 0x80, 0xFF}) {
      auto bad = good;
      bad[i] = static_cast<std::uint8_t>(bad[i] ^ flip);
      expect_refused("alice", bad);
    }
}

TEST_F(OtpSeal, AnyOtherLengthIsRefused) {
  const auto good = seal("alice", kSeed);
  for (std::size_t size = 0; size < good.size(); ++size)
    expect_refused("alice", std::span(good).first(size));
  auto longer = good;
  longer.push_back(0);
  expect_refused("alice", longer);
  longer.resize(1'000'000);
  expect_refused("alice", longer);
}

TEST_F(OtpSeal, NobodyElseCanUseIt) {
  const auto sealed = seal("alice", kSeed);
  for (const std::string_view user : {"bob", "alice2", "alic", "Alice", ""})
    expect_refused(user, sealed);
}

TEST_F(OtpSeal, AnotherKeyCannotOpenIt) {
  const auto sealed = seal("alice", kSeed);
  const VaultFolder other;
  other.write_key("another key of thirty-two bytes.");
  FileVault stranger(other.key(), [] { return true; });
  const auto found = stranger.match("alice", sealed, kShape, Secret("287082"), 59);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().condition, Condition::otp_key_unusable);
  EXPECT_NE(found.error().detail.find(other.key()), std::string::npos);
}

TEST_F(OtpSeal, SealsAndHashesHaveDifferentKeys) {
  EXPECT_FALSE(keys.seal == keys.codes);
  EXPECT_FALSE(keys.seal == Secret(kMaster));
  EXPECT_FALSE(keys.codes == Secret(kMaster));
}

}  // namespace
}  // namespace kaido
