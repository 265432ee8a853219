// The pages as HTML, each in each language.
#include "portal/pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "portal/html.hpp"

namespace kaido::portal {
namespace {

constexpr char kHostile[] = "<b>\"&'";
constexpr char kEscaped[] = "&lt;b&gt;&quot;&amp;&#39;";

Answer answer() {
  return {.outcome = Outcome::admitted,
          .session = "s1",
          .ends = 1'800'000'000,
          .now = 1'800'000'000 - 27'600,
          .hub_key = "HUBKEY=",
          .user = kHostile,
          .device = "laptop",
          .device_key = "KEY=",
          .devices = "laptop\tenabled\t1800000000\twireguard\nold\"phone\tdisabled\t0\tikev2\n"};
}

std::map<std::string, std::string> all_pages(Language language) {
  const View view{.language = language, .path = "/session"};
  const Exported exported{.file = kHostile, .for_qr = "x", .left_out = 2, .all = 9};
  return {{"login", login_page(view, {.token = "t"})},
          {"login again", login_page(view, {.token = "t", .user = kHostile, .error = kHostile})},
          {"no certificate", no_certificate_page(view)},
          {"bad certificate", bad_certificate_page(view, "certificate-expired")},
          {"session", session_page(view, answer(), "t", nullptr)},
          {"session over", session_over_page(view)},
          {"logged out", logged_out_page(view)},
          {"no answer", no_answer_page(view)},
          {"devices", devices_page(view, answer())},
          {"configuration", configuration_page(view, answer(), exported)},
          {"help", help_page(view, "https://login.example.org/")}};
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

std::string between(const std::string& text, std::string_view start, std::string_view end) {
  const auto from = text.find(start);
  if (from == std::string::npos) return {};
  const auto rest = text.substr(from + start.size());
  return rest.substr(0, rest.find(end));
}

class EachPage : public testing::TestWithParam<Language> {};

TEST_P(EachPage, IsOfItsLanguageWithOneHeadingAndATitleOfItsOwn) {
  std::set<std::string> titles;
  for (const auto& [name, page] : all_pages(GetParam())) {
    EXPECT_NE(page.find(std::string("<html lang=\"") + tag_of(GetParam())), std::string::npos);
    EXPECT_EQ(count(page, "<h1>"), 1U) << name;
    EXPECT_EQ(count(page, "<main>"), 1U) << name;
    titles.insert(between(page, "<title>", "</title>"));
    EXPECT_NE(between(page, "<title>", "</title>").find(between(page, "<h1>", "</h1>")),
              std::string::npos)
        << name;
  }
  EXPECT_EQ(titles.size(), all_pages(GetParam()).size());
}

TEST_P(EachPage, HasNoScriptNoStyleOfItsOwnAndNothingFromElsewhere) {
  for (const auto& [name, page] : all_pages(GetParam())) {
    for (const char* const bad : {"<script", "<style", " style=", " onclick",
                                  "javascript:", "//cdn", "http:", "src=\"http", "@import"})
      EXPECT_EQ(page.find(bad), std::string::npos) << name << ' ' << bad;
  }
}

TEST_P(EachPage, EscapesWhateverComesFromOutside) {
  for (const auto& [name, page] : all_pages(GetParam()))
    EXPECT_EQ(page.find(kHostile), std::string::npos) << name;
  const auto pages = all_pages(GetParam());
  EXPECT_EQ(count(pages.at("login again"), kEscaped), 2U);
  EXPECT_EQ(count(pages.at("session"), kEscaped), 1U);
  EXPECT_EQ(count(pages.at("configuration"), kEscaped), 1U);
  EXPECT_NE(pages.at("devices").find("old&quot;phone"), std::string::npos);
}

TEST_P(EachPage, HasALabelForEachFieldAndTheErrorBesideIt) {
  const auto page = all_pages(GetParam()).at("login again");
  for (const char* const needed :
       {"<label for=\"user\">", "<label for=\"code\">", "autocomplete=\"username\"",
        "autocomplete=\"one-time-code\"", "id=\"error\" role=\"alert\"",
        "aria-describedby=\"error code-hint\""})
    EXPECT_NE(page.find(needed), std::string::npos) << needed;
  EXPECT_EQ(page.find("inputmode"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Languages, EachPage,
                         testing::Values(Language::english, Language::japanese),
                         [](const auto& language) { return tag_of(language.param); });

TEST(Pages, OfASessionThatIsOverDoNotLookConnected) {
  const auto page = all_pages(Language::english).at("session over");
  EXPECT_EQ(between(page, "<title>", "</title>"), "Your session has ended – Kaido");
  EXPECT_EQ(between(page, "<h1>", "</h1>"), "Your session has ended");
  EXPECT_EQ(page.find("logged in"), std::string::npos);
  EXPECT_EQ(page.find("/session/extend"), std::string::npos);
}

TEST(Pages, OfDevicesSayWhichOneThisIsAndHowEachIs) {
  const auto page = all_pages(Language::english).at("devices");
  EXPECT_EQ(count(page, "this device"), 1U);
  EXPECT_LT(page.find("this device"), page.find("old&quot;phone"));
  EXPECT_EQ(count(page, "<dd>enabled</dd>"), 1U);
  EXPECT_EQ(count(page, "<dd>disabled</dd>"), 1U);
  EXPECT_EQ(count(page, "<dd>WireGuard</dd>"), 1U);
  EXPECT_EQ(count(page, "<dd>IKEv2</dd>"), 1U);
}

TEST(Pages, OfAConfigurationSayWhyThereIsNone) {
  const View view{.language = Language::english, .path = "/configuration"};
  auto none = answer();
  none.device_key.clear();
  EXPECT_NE(configuration_page(view, none, {}).find("No WireGuard key is registered"),
            std::string::npos);
  none.hub_key.clear();
  EXPECT_NE(configuration_page(view, none, {}).find("no WireGuard for people"), std::string::npos);
  EXPECT_EQ(configuration_page(view, none, {}).find("qr.svg"), std::string::npos);
}

TEST(Pages, OfACertificateAtFaultSayWhichFault) {
  std::set<std::string> sentences;
  for (const char* const fault :
       {"certificate-expired", "certificate-not-yet-valid", "certificate-revoked",
        "certificate-usage", "revocation-unknown", "certificate-invalid"})
    sentences.insert(text::certificate_fault(fault).in(Language::english));
  EXPECT_EQ(sentences.size(), 6U);
  EXPECT_TRUE(sentences.contains(text::certificate_fault("what-is-new").in(Language::english)));
}

TEST(Texts, OfTimeAreRoundedDown) {
  for (const auto& [seconds, english, japanese] :
       {std::tuple(27'659, "in 7 h 40 min", "あと7時間40分"),
        std::tuple(3'600, "in 1 h", "あと1時間"), std::tuple(119, "in 1 min", "あと1分"),
        std::tuple(59, "in less than a minute", "1分以内"),
        std::tuple(-5, "in less than a minute", "1分以内"),
        std::tuple(90'000, "in 1 d 1 h", "あと1日1時間")}) {
    EXPECT_EQ(text::time_left(Language::english, seconds), english);
    EXPECT_EQ(text::time_left(Language::japanese, seconds), japanese);
  }
  EXPECT_EQ(text::wait(Language::english, 0), "There were too many attempts. Try again in 1 s.");
  EXPECT_EQ(text::wait(Language::english, 61), "There were too many attempts. Try again in 2 min.");
}

TEST(Texts, OfAMomentAreLocalWithTheOffset) {
  const auto* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  for (const auto& [zone, moment] : {std::pair("<+09>-9", "2027-01-15 17:00 (UTC+09:00)"),
                                     std::pair("<-0330>3:30", "2027-01-15 04:30 (UTC-03:30)"),
                                     std::pair("UTC0", "2027-01-15 08:00 (UTC+00:00)")}) {
    setenv("TZ", zone, 1);
    tzset();
    EXPECT_EQ(text::moment(Language::english, 1'800'000'000), moment);
  }
  EXPECT_EQ(text::moment(Language::japanese, 1'800'000'000), "2027年01月15日 08:00 (UTC+00:00)");
  if (before == nullptr) {
    unsetenv("TZ");
  } else {
    setenv("TZ", kept.c_str(), 1);
  }
  tzset();
}

}  // namespace
}  // namespace kaido::portal
