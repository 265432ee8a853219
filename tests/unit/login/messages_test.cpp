#include "login/messages.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace kaido::cli::login {
namespace {

constexpr char kKey[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

Response json_of(unsigned status, std::string body) {
  return {.status = status, .body = std::move(body), .keep_alive = true};
}

boost::json::object admitted() {
  return {{"outcome", "admitted"},
          {"session", "4f1d2a9c"},
          {"ends", 2'000},
          {"now", 1'000},
          {"hub_key", kKey},
          {"port", 51'820},
          {"addresses", {"10.8.0.2/32", "fd00:8::2/128"}},
          {"networks", boost::json::array{"10.0.0.0/8"}}};
}

Got<Answer> answer_with(const char* key, const boost::json::value& value) {
  auto object = admitted();
  object[key] = value;
  return read_answer(json_of(200, boost::json::serialize(object)));
}

TEST(Messages, ALoginIsJsonWhateverWasTyped) {
  const std::string code(
      "12\"\\\n\x01\x7F"
      "34",
      9);
  const auto body = login_body({.source = {},
                                .user = "mi\"ka",
                                .code = Secret(std::string_view(code)),
                                .certificates = "PEM\n",
                                .nonce = "00ff",
                                .wireguard_key = kKey,
                                .signature = std::string("\x00\xFF\x10", 3)});
  const auto object = boost::json::parse(body.reveal_text()).as_object();
  EXPECT_EQ(object, (boost::json::object{{"user", "mi\"ka"},
                                         {"certificates", "PEM\n"},
                                         {"nonce", "00ff"},
                                         {"wireguard_key", kKey},
                                         {"signature", "AP8Q"},
                                         {"code", code}}));
}

TEST(Messages, ALoginWithoutACodeHasNoSuchField) {
  const auto body = login_body({.source = {},
                                .user = "mika",
                                .code = {},
                                .certificates = "PEM",
                                .nonce = "00ff",
                                .wireguard_key = "",
                                .signature = "x"});
  const auto object = boost::json::parse(body.reveal_text()).as_object();
  EXPECT_EQ(object.size(), 5U);
  EXPECT_FALSE(object.contains("code"));
}

TEST(Messages, AQuestionAboutASessionNamesTheVerbAsTheApiDoes) {
  for (const auto& [verb, name] :
       {std::pair(portal::Verb::state, "state"), std::pair(portal::Verb::extend, "extend"),
        std::pair(portal::Verb::log_out, "log-out")}) {
    const auto body = session_body({.verb = verb,
                                    .source = {},
                                    .certificates = "PEM",
                                    .nonce = "00ff",
                                    .session = "4f",
                                    .signature = "x"});
    EXPECT_EQ(boost::json::parse(body.reveal_text()), (boost::json::value{{"verb", name},
                                                                          {"session", "4f"},
                                                                          {"certificates", "PEM"},
                                                                          {"nonce", "00ff"},
                                                                          {"signature", "eA=="}}));
  }
}

TEST(Messages, ANonceHasItsDigitsAndTheNameOfTheHub) {
  const std::string digits(64, 'a');
  const auto nonce = read_nonce(json_of(200, R"({"nonce":")" + digits + R"(","hub":"tokyo"})"));
  ASSERT_TRUE(nonce);
  EXPECT_EQ(*nonce, (portal::Nonce{.nonce = digits, .hub = "tokyo"}));
  for (const auto& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string("{\"nonce\":1}"),
        R"({"nonce":")" + digits + R"("})", R"({"nonce":")" + digits + R"(","hub":""})",
        R"({"nonce":")" + digits + R"(","hub":"a\nb"})",
        R"({"nonce":")" + digits + R"(a","hub":"tokyo"})",
        R"({"nonce":")" + std::string(64, 'A') + R"(","hub":"tokyo"})"}) {
    const auto refused = read_nonce(json_of(200, body));
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().reason, Reason::not_understood);
  }
}

TEST(Messages, AHubMaySayInPlaceOfANonceWhyThereIsNone) {
  EXPECT_EQ(read_nonce(json_of(429, R"({"outcome":"wait","again":90})")).error(),
            (Trouble{Reason::wait, "1 min"}));
  EXPECT_EQ(read_nonce(json_of(503, R"({"outcome":"unavailable"})")).error().reason,
            Reason::unavailable);
  EXPECT_EQ(read_nonce(json_of(403, R"({"outcome":"refused"})")).error().reason, Reason::refused);
  EXPECT_EQ(read_nonce(json_of(404, "")).error().reason, Reason::no_portal);
}

TEST(Messages, AnAdmittedSessionIsReadWhole) {
  const auto answer = answer_with("more", "is ignored");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->outcome, portal::Outcome::admitted);
  EXPECT_EQ(answer->session,
            (Session{.id = "4f1d2a9c",
                     .ends = 2'000,
                     .now = 1'000,
                     .hub_key = parse_wireguard_key(kKey),
                     .port = 51'820,
                     .addresses = {*Prefix::parse("10.8.0.2/32"), *Prefix::parse("fd00:8::2/128")},
                     .networks = {*Prefix::parse("10.0.0.0/8")}}));
}

TEST(Messages, AHubWithoutWireGuardHasNoPort) {
  auto object = admitted();
  object["hub_key"] = "";
  object["port"] = 0;
  const auto answer = read_answer(json_of(200, boost::json::serialize(object)));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->session.hub_key);
}

TEST(Messages, AnAdmittedSessionWithAnythingWrongIsNone) {
  EXPECT_FALSE(answer_with("session", ""));
  EXPECT_FALSE(answer_with("session", "a\x1b[2J"));
  EXPECT_FALSE(answer_with("session", boost::json::string(129, 'a')));
  EXPECT_FALSE(answer_with("session", 7));
  EXPECT_FALSE(answer_with("ends", "soon"));
  EXPECT_FALSE(answer_with("ends", -1));
  EXPECT_FALSE(answer_with("ends", 9'223'372'036'854'775'807));
  EXPECT_FALSE(answer_with("now", 0));
  EXPECT_FALSE(answer_with("now", 1.5));
  EXPECT_FALSE(answer_with("hub_key", "AAAA"));
  EXPECT_FALSE(answer_with("port", 0));
  EXPECT_FALSE(answer_with("port", 65'536));
  EXPECT_FALSE(answer_with("addresses", "10.8.0.2/32"));
  EXPECT_FALSE(answer_with("addresses", boost::json::array{"10.8.0.2/32\nPostUp = reboot"}));
  EXPECT_FALSE(answer_with("networks", boost::json::array{"10.0.0.1/8"}));
  EXPECT_FALSE(answer_with("networks", boost::json::array{1}));
  EXPECT_FALSE(answer_with("outcome", "ended-or-so"));
}

TEST(Messages, EveryOtherOutcomeHasItsStatus) {
  const auto outcome = [](unsigned status, const char* body) {
    const auto answer = read_answer(json_of(status, body));
    return answer ? std::optional(answer->outcome) : std::nullopt;
  };
  using portal::Outcome;
  EXPECT_EQ(outcome(403, R"({"outcome":"refused"})"), Outcome::refused);
  EXPECT_EQ(outcome(429, R"({"outcome":"wait","again":30})"), Outcome::wait);
  EXPECT_EQ(outcome(503, R"({"outcome":"unavailable"})"), Outcome::unavailable);
  EXPECT_EQ(outcome(200, R"({"outcome":"ended"})"), Outcome::ended);
  EXPECT_EQ(outcome(200, R"({"outcome":"refused"})"), std::nullopt);
  EXPECT_EQ(outcome(403, R"({"outcome":"admitted"})"), std::nullopt);
  EXPECT_EQ(outcome(429, R"({"outcome":"wait"})"), std::nullopt);
  EXPECT_EQ(outcome(429, R"({"outcome":"wait","again":-1})"), std::nullopt);
  EXPECT_EQ(read_answer(json_of(404, "")).error().reason, Reason::no_portal);
  EXPECT_EQ(read_answer(json_of(421, "")).error().reason, Reason::wrong_host);
  EXPECT_EQ(read_answer(json_of(400, "")).error(), (Trouble{Reason::bad_request, "400"}));
}

}  // namespace
}  // namespace kaido::cli::login
