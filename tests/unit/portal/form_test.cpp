// What browsers send: forms, cookies, languages; and what their forms carry back.
#include "portal/form.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "portal/tokens.hpp"
#include "portal/utf8.hpp"

namespace kaido::portal {
namespace {

std::string value_of(std::string_view form, std::string_view name) {
  const auto parsed = Form::parse(form);
  const auto* const value = parsed ? parsed->find(name) : nullptr;
  return value == nullptr ? "nothing" : std::string(value->reveal_text());
}

TEST(Forms, AreFieldsWithTheirEscapesUndone) {
  constexpr std::string_view kForm = "user=mi+ka%40example&code=12%2b3&&empty=&alone&%63=d";
  EXPECT_EQ(value_of(kForm, "user"), "mi ka@example");
  EXPECT_EQ(value_of(kForm, "code"), "12+3");
  EXPECT_EQ(value_of(kForm, "empty"), "");
  EXPECT_EQ(value_of(kForm, "alone"), "");
  EXPECT_EQ(value_of(kForm, "c"), "d");
  EXPECT_EQ(value_of(kForm, "other"), "nothing");
  EXPECT_EQ(value_of("a=b=c", "a"), "b=c");
  EXPECT_TRUE(Form::parse(""));
}

TEST(Forms, WithAWrongEscapeANameTwiceOrTooManyFieldsAreNone) {
  for (const char* const bad : {"a=%", "a=%4", "a=%4g", "a=%+1", "%zz=a", "a=1&a=2", "a&%61"})
    EXPECT_FALSE(Form::parse(bad)) << bad;
  std::string many = "f0=";
  for (std::size_t i = 1; i < Form::kMostFields; ++i) many += "&f" + std::to_string(i) + "=";
  EXPECT_TRUE(Form::parse(many));
  EXPECT_FALSE(Form::parse(many + "&more="));
}

TEST(Forms, HaveALineOnlyWhereItIsUtf8WithoutControlCharactersAndNotTooLong) {
  const auto form = Form::parse("a=%E5%B1%B1&b=&c=1%0A2&d=%ff&e=%C2%85&f=12345");
  ASSERT_TRUE(form);
  EXPECT_NE(form->line("a", 10), nullptr);
  for (const char* const name : {"b", "c", "d", "e", "none"})
    EXPECT_EQ(form->line(name, 10), nullptr) << name;
  EXPECT_NE(form->line("f", 5), nullptr);
  EXPECT_EQ(form->line("f", 4), nullptr);
}

TEST(Lines, AreUtf8InItsShortestForm) {
  for (const std::string_view good : {"", "a~", "\xc2\xa0", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                      "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_line(good)) << good;
  for (const std::string_view bad :
       {"\x7f", "\t", "\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xef\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"})
    EXPECT_FALSE(is_line(bad)) << bad;
}

TEST(Cookies, AreFoundByNameAndOnlyWhenThereIsOne) {
  EXPECT_EQ(cookie_of("a=1; __Host-kaido=ab-C_9; b=2", "__Host-kaido"), "ab-C_9");
  EXPECT_EQ(cookie_of("__Host-kaido=x", "__Host-kaido"), "x");
  for (const std::string& bad :
       {std::string(), std::string("__Host-kaidox=1"), std::string("__host-kaido=1"),
        std::string("__Host-kaido="), std::string("__Host-kaido=a b"),
        std::string("__Host-kaido=\"a\""), std::string("__Host-kaido=1; __Host-kaido=2"),
        "__Host-kaido=" + std::string(129, 'a')})
    EXPECT_EQ(cookie_of(bad, "__Host-kaido"), "") << bad;
}

TEST(Languages, AreChosenByTheWeightThatTheBrowserGives) {
  for (const auto& [field, language] :
       {std::pair("", Language::english), std::pair("ja", Language::japanese),
        std::pair("ja-JP,en;q=0.5", Language::japanese), std::pair("en,ja", Language::english),
        std::pair("en;q=0.5, ja;q=0.9", Language::japanese),
        std::pair("fr, ja;q=0.01", Language::japanese), std::pair("ja;q=0", Language::english),
        std::pair("jam", Language::english), std::pair("*;q=1,,;;q=", Language::english),
        std::pair("ja;q=0.8,en;q=0.8", Language::japanese)})
    EXPECT_EQ(preferred_language(field), language) << field;
}

class Tokens : public testing::Test {
 protected:
  static constexpr FormTokens::Instant kNow{std::chrono::hours(1'000)};
  FormTokens tokens_;
  std::string token_ = tokens_.make("certificate", "session", kNow);
};

TEST_F(Tokens, HoldForTheirCertificateAndSessionForHours) {
  EXPECT_EQ(token_.size(), 64U);
  EXPECT_TRUE(tokens_.holds(token_, "certificate", "session", kNow));
  EXPECT_TRUE(tokens_.holds(token_, "certificate", "session", kNow + FormTokens::kStep));
  EXPECT_FALSE(tokens_.holds(token_, "certificate", "session", kNow + 2 * FormTokens::kStep));
  EXPECT_FALSE(tokens_.holds(token_, "certificate", "session", kNow - FormTokens::kStep));
}

TEST_F(Tokens, DoNotHoldForAnotherCertificateSessionOrProcess) {
  EXPECT_FALSE(tokens_.holds(token_, "another", "session", kNow));
  EXPECT_FALSE(tokens_.holds(token_, "certificate", "", kNow));
  EXPECT_FALSE(tokens_.holds("", "certificate", "session", kNow));
  EXPECT_FALSE(tokens_.holds(token_.substr(1), "certificate", "session", kNow));
  EXPECT_FALSE(FormTokens().holds(token_, "certificate", "session", kNow));
}

}  // namespace
}  // namespace kaido::portal
