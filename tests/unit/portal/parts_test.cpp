// The portal's parts that need no socket.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "portal/http.hpp"
#include "portal/log.hpp"
#include "portal/names.hpp"
#include "portal/places.hpp"
#include "portal/reply.hpp"
#include "portal/request.hpp"
#include "portal/routes.hpp"
#include "portal/sockets.hpp"
#include "unit/portal/words.hpp"

namespace kaido::portal {
namespace {

IpAddress address(const char* text) { return IpAddress::parse(text).value(); }

TEST(Names, AreThoseOfTheHostFieldWithAnyPortAndInAnyLetters) {
  const Names names({"Portal.example.org", "192.0.2.1", "2001:DB8::1"});
  for (const char* const good :
       {"portal.example.org", "PORTAL.example.org", "portal.example.org:8443",
        "portal.example.org.", "192.0.2.1", "192.0.2.1:443", "[2001:db8:0::1]:443"})
    EXPECT_TRUE(names.has(good)) << good;
  for (const char* const bad :
       {"", ":443", "example.org", "a.portal.example.org", "portal.example.org:443x",
        "portal.example.org@evil", "192.0.2.2", "[2001:db8::2]", "[]", "[", "."})
    EXPECT_FALSE(names.has(bad)) << bad;
}

TEST(Names, OfAWildcardStandForOneLabel) {
  const Names names({"*.example.org"});
  EXPECT_TRUE(names.has("portal.example.org"));
  EXPECT_FALSE(names.has("example.org"));
  EXPECT_FALSE(names.has(".example.org"));
  EXPECT_FALSE(names.has("a.b.example.org"));
}

Limits places_of(std::size_t all, std::size_t each) {
  return {.connections = all, .connections_per_source = each};
}

TEST(Places, OfOneSourceAreFewAndAnIpv6SourceIsItsSubnet) {
  Places places(places_of(10, 2));
  for (const char* const source : {"192.0.2.1", "192.0.2.1", "2001:db8::1", "2001:db8::2"}) {
    const auto id = places.take(address(source), [] {});
    ASSERT_TRUE(id);
    places.set(*id, Places::State::served);
  }
  EXPECT_FALSE(places.take(address("192.0.2.1"), [] {}));
  EXPECT_FALSE(places.take(address("2001:db8::3"), [] {}));
  EXPECT_TRUE(places.take(address("192.0.2.2"), [] {}));
  EXPECT_TRUE(places.take(address("2001:db8:0:1::1"), [] {}));
}

TEST(Places, AreGivenUpByWhoDoesNothingForLongestAndNeverByWhoIsServed) {
  std::string closed;
  Places places(places_of(4, 4));
  std::vector<Places::Id> ids;
  for (const char name : {'a', 'b', 'c', 'd'})
    ids.push_back(places.take(address("192.0.2.1"), [&closed, name] { closed += name; }).value());
  places.set(ids[0], Places::State::served);
  places.set(ids[2], Places::State::idle);
  places.set(ids[1], Places::State::idle);
  for (int i = 0; i < 3; ++i) {
    const auto fresh = places.take(address("192.0.2.9"), [] {});
    ASSERT_TRUE(fresh);
    places.set(*fresh, Places::State::served);
  }
  EXPECT_EQ(closed, "dcb") << "idle or arriving, by their time";
  EXPECT_FALSE(places.take(address("192.0.2.9"), [] {}));
  EXPECT_EQ(places.size(), 4U);
  places.leave(ids[0]);
  EXPECT_TRUE(places.take(address("192.0.2.9"), [] {}));
}

TEST(Log, HasTenLinesASecondAndSaysHowManyItLeftOut) {
  std::vector<std::string> lines;
  Log log([&](const std::string& line) { lines.push_back(line); });
  const Log::Instant start(std::chrono::hours(1));
  for (int i = 0; i < 15; ++i) log.write(Level::warning, "no room", "192.0.2.1", start);
  EXPECT_EQ(lines, std::vector<std::string>(10, "<4>no room: 192.0.2.1"));
  log.write(Level::info, "again", {}, start + std::chrono::seconds(1));
  ASSERT_EQ(lines.size(), 12U);
  EXPECT_EQ(lines[10], "<4>5 lines were left out");
  EXPECT_EQ(lines[11], "<6>again");
}

std::optional<Body> parse(Route route, std::string_view text) {
  return parse_request(route, Secret(text), "192.0.2.1");
}

TEST(Requests, AreTakenAsTheyAre) {
  const auto login = parse(Route::login, login_json());
  ASSERT_TRUE(login);
  EXPECT_EQ(std::get<LogIn>(*login), expected_login("192.0.2.1"));
  const auto session = parse(Route::session, session_json("extend"));
  ASSERT_TRUE(session);
  EXPECT_EQ(std::get<OfSession>(*session), expected_session("192.0.2.1", Verb::extend));
  EXPECT_EQ(parse(Route::nonce, "{}"), Body(AskNonce{.source = "192.0.2.1"}));
}

TEST(Requests, MayLeaveOutTheWireGuardKeyAndTheCodeAndNothingElse) {
  for (const auto& field : login_fields()) {
    const auto left_out = parse(Route::login, without(login_json(), field));
    EXPECT_EQ(left_out.has_value(), field == "wireguard_key" || field == "code") << field;
  }
}

TEST(Requests, WithoutACodeHaveAnEmptyOne) {
  for (const auto& text : {without(login_json(), "code"), with(login_json(), "code", R"("")")}) {
    const auto login = parse(Route::login, text);
    ASSERT_TRUE(login);
    EXPECT_TRUE(std::get<LogIn>(*login).code.empty());
  }
}

TEST(Requests, AreRefusedWhenAFieldIsNotWhatItMustBe) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"user", R"("")"},
      {"user", R"("a\nb")"},
      {"user", "1"},
      {"user", "null"},
      {"user", R"(["ann"])"},
      {"user", json_text(std::string(kLargestUser + 1, 'x'))},
      {"user", "\"\xff\""},
      {"code", R"("12\u0000")"},
      {"code", json_text(std::string(kLargestUser + 1, '1'))},
      {"certificates", R"("")"},
      {"certificates", json_text(std::string(kLargestText + 1, 'x'))},
      {"nonce", json_text(std::string(63, 'a'))},
      {"nonce", json_text(std::string(64, 'A'))},
      {"wireguard_key", R"("AAAA")"},
      {"signature", R"("")"},
      {"signature", R"("A")"},
      {"signature", R"("AA=A")"},
      {"signature", R"("====")"},
      {"signature", R"("AA A")"},
      {"more", R"("x")"}};
  for (const auto& [field, value] : wrong)
    EXPECT_FALSE(parse(Route::login, with(login_json(), field, value))) << field << ' ' << value;
  EXPECT_FALSE(parse(Route::session, session_json("open")));
  EXPECT_FALSE(parse(Route::nonce, R"({"x":"y"})"));
}

TEST(Requests, AreRefusedWhenTheyAreNoFlatObject) {
  for (const char* const text : {"", " ", "[]", "\"\"", "1", "{", "{}{}", "{} x", R"({"a":{}})",
                                 "[[[[[[[[", "{\"a\":", "\xef\xbb\xbf{}"})
    for (const auto& each : routes()) EXPECT_FALSE(parse(each.route, text)) << text;
}

TEST(Replies, OfKaidodThatDoNotFitTheQuestionAreUnavailable) {
  EXPECT_EQ(reply_to(Route::login, std::nullopt).status, 503);
  EXPECT_EQ(reply_to(Route::login, Nonce{}).status, 503);
  EXPECT_EQ(reply_to(Route::login, Answer{.outcome = Outcome::ended}).status, 503);
  EXPECT_EQ(reply_to(Route::nonce, Answer{.outcome = Outcome::admitted}).status, 503);
  EXPECT_EQ(reply_to(Route::nonce, AskNonce{}).status, 503);
  EXPECT_EQ(reply_to(Route::login, Answer{.outcome = Outcome::wait, .again = -5}).retry_after, 1);
}

TEST(HttpReader, TellsTheHeadFirstAndKeepsItWhenATrailerSaysOtherwise) {
  HttpReader reader(Limits{});
  const std::string_view text =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nHost: "
      "b\r\n\r\nPOST";
  const auto head = reader.feed(text);
  EXPECT_EQ(head.state, HttpReader::State::head);
  const auto end = reader.feed(text.substr(head.consumed));
  EXPECT_EQ(end.state, HttpReader::State::done);
  EXPECT_EQ(text.substr(head.consumed + end.consumed), "POST");
  EXPECT_EQ(reader.head().host, "a");
  EXPECT_EQ(reader.take_body().reveal_text(), "{}");
}

TEST(HttpReader, RefusesALengthAndChunksAtOnce) {
  for (const char* const fields : {"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
                                   "Content-Length: 2\r\nContent-Length: 3\r\n",
                                   "Content-Length: -1\r\n", "Content-Length : 2\r\n"}) {
    HttpReader reader(Limits{});
    const auto text = std::string("POST / HTTP/1.1\r\n") + fields + "\r\n";
    EXPECT_EQ(reader.feed(text).state, HttpReader::State::broken) << fields;
  }
}

TEST(Sockets, ListenAtAnAddressOfEitherFamily) {
  EXPECT_EQ(parse_listen("[::1]:8443")->to_string(), "[::1]:8443");
  EXPECT_EQ(parse_listen("127.0.0.1:0")->to_string(), "127.0.0.1:0");
  for (const char* const bad :
       {"", "443", ":443", "::1:443", "[127.0.0.1]:443", "[::1]", "[::1]:", "[::1]:70000", "a:1"})
    EXPECT_FALSE(parse_listen(bad)) << bad;
}

TEST(ApiDescription, NamesEachRoute) {
  std::ifstream file(std::string(KAIDO_SOURCE) + "/docs/portal-api.yaml");
  std::vector<std::string> described;
  bool in_paths = false;
  std::string said;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("openapi:")) said = line;
    if (!line.empty() && line.front() != ' ') in_paths = line == "paths:";
    if (in_paths && line.starts_with("  /") && line.ends_with(':'))
      described.push_back(line.substr(2, line.size() - 3));
  }
  std::vector<std::string> real;
  for (const auto& route : routes()) real.emplace_back(route.path);
  EXPECT_EQ(described, real);
  EXPECT_TRUE(said.starts_with("openapi: 3.1.")) << said;
}

}  // namespace
}  // namespace kaido::portal
