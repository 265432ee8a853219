// Recovery and bypass codes, and ids of sessions.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "contract/otp_vault/vault.hpp"

namespace kaido {
namespace {

class OtpCodes : public ::testing::Test, protected KnownVault {
 protected:
  std::array<std::uint8_t, 32> hash(std::string_view code, std::string_view user = "alice") {
    const auto made = vault.hash_code(user, Secret(code));
    if (!made) ADD_FAILURE() << made.error().to_string();
    return made.value_or(std::array<std::uint8_t, 32>{});
  }
};

TEST_F(OtpCodes, AreWellFormedAndAllDifferent) {
  constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
  const auto made = vault.make_codes("alice", 1000);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->codes.size(), 1000U);
  ASSERT_EQ(made->hashes.size(), 1000U);
  std::set<std::string, std::less<>> seen;
  std::set<char> letters;
  for (const auto& code : made->codes) {
    const auto text = code.reveal_text();
    ASSERT_EQ(text.size(), 11U);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i == 5) {
        EXPECT_EQ(text[i], '-');
      } else {
        EXPECT_TRUE(kLetters.contains(text[i])) << text;
        letters.insert(text[i]);
      }
    }
    seen.emplace(text);
  }
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(letters.size(), 32U) << "each letter comes up among ten thousand";
  EXPECT_EQ(std::set(made->hashes.begin(), made->hashes.end()).size(), 1000U);
}

TEST_F(OtpCodes, AreFoundAgainByTheirHash) {
  const auto made = vault.make_codes("alice", 10);
  ASSERT_TRUE(made);
  for (std::size_t i = 0; i < made->codes.size(); ++i)
    EXPECT_EQ(hash(made->codes[i].reveal_text()), made->hashes[i]);
  const auto none = vault.make_codes("alice", 0);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->codes.empty());
}

TEST_F(OtpCodes, CountHoweverTheyAreTyped) {
  const auto wanted = hash("a0b1c-d1efg");
  for (const std::string_view typed :
       {"a0b1cd1efg", "A0B1C-D1EFG", " a0b1c d1efg\n", "aObIc-dLefg", "aobic-dlefg",
        "a0-b1-c-d1-ef-g", "ａ０ｂ１ｃ－ｄ１ｅｆｇ", "Ａ０Ｂ１Ｃ　Ｄ１ＥＦＧ"})
    EXPECT_EQ(hash(typed), wanted) << typed;
}

TEST_F(OtpCodes, AnyOtherCodeOrPersonHasAnotherHash) {
  using namespace std::string_view_literals;
  const auto wanted = hash("a0b1c-d1efg");
  for (const std::string_view typed :
       {""sv, "a0b1cd1ef"sv, "a0b1cd1efgg"sv, "a0b1cd1efg\0"sv, "\xFF"sv, "a0b1cd1efq"sv})
    EXPECT_NE(hash(typed), wanted) << typed;
  EXPECT_NE(hash(std::string(1'000'000, 'a')), wanted);
  EXPECT_NE(hash("a0b1c-d1efg", "bob"), wanted);
  EXPECT_NE(hash("a0b1c-d1efg", "alic"), hash("ea0b1c-d1efg", "alic"));
}

TEST_F(OtpCodes, OfAnotherKeyHaveOtherHashes) {
  const VaultFolder other;
  other.write_key("another key of thirty-two bytes.");
  FileVault stranger(other.key(), [] { return true; });
  EXPECT_NE(stranger.hash_code("alice", Secret("a0b1c-d1efg")), hash("a0b1c-d1efg"));
}

TEST_F(OtpCodes, IdsAreThirtyTwoHexadecimalDigits) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto id = vault.make_id();
    ASSERT_TRUE(id);
    EXPECT_EQ(id->size(), 32U);
    EXPECT_EQ(id->find_first_not_of("0123456789abcdef"), std::string::npos);
    seen.insert(*id);
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(SessionKey, IsTheSameForASessionAndOfNoOther) {
  KnownVault known;
  const auto key = known.vault.session_key("0123456789abcdef0123456789abcdef");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->size(), 32U);
  EXPECT_EQ(known.vault.session_key("0123456789abcdef0123456789abcdef"), *key);
  EXPECT_NE(known.vault.session_key("0123456789abcdef0123456789abcdee"), *key);
  FileVault after_restart(known.folder.key(), [] { return true; });
  EXPECT_EQ(after_restart.session_key("0123456789abcdef0123456789abcdef"), *key);
}

TEST(SessionKey, IsNotToBeFoundOutByWhoKnowsTheIdAlone) {
  KnownVault known;
  const auto key = known.vault.session_key("id").value();
  known.folder.write_key("0123456789abcdefghijklmnopqrstuw");
  FileVault other(known.folder.key(), [] { return true; });
  EXPECT_NE(other.session_key("id"), key) << "one byte of otp.key is another one";
  EXPECT_NE(Secret(known.vault.hash_code("id", Secret()).value()), key)
      << "nor is it the hash of anything that a person types";
}

}  // namespace
}  // namespace kaido
