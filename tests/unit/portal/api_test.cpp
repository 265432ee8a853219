// Each route and each outcome, and what is refused before kaidod hears of it.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unit/portal/fixture.hpp"
#include "unit/portal/words.hpp"

namespace kaido::portal {
namespace {

class Api : public PortalTest {
 protected:
  /// What the client gets when kaidod says this.
  HttpAnswer ask(const std::string& path, const std::string& json, const Body& said) {
    if (!kaidod_) kaidod_.emplace(kaidod());
    Client client(port());
    EXPECT_TRUE(client.handshake());
    client.send(Client::post(path, json));
    question_ = kaidod_->receive();
    if (!question_) return {};
    kaidod_->send(question_->id, said);
    return client.receive();
  }
  HttpAnswer send(const std::string& text) const {
    Client client(port());
    EXPECT_TRUE(client.handshake());
    client.send(text);
    auto answer = client.receive();
    EXPECT_TRUE(client.is_closed());
    return answer;
  }

  std::optional<Kaidod> kaidod_;
  std::optional<Packet> question_;
};

const Answer kAdmitted{.outcome = Outcome::admitted,
                       .session = "s1",
                       .ends = 1'800'000'000,
                       .now = 1'799'990'000,
                       .hub_key = "key=",
                       .port = 51'820,
                       .addresses = "10.8.0.2/32 fd00:8::2/128",
                       .networks = "10.0.0.0/8",
                       .preshared_key = Secret(std::string_view("psk="))};
constexpr char kAdmittedJson[] =
    R"({"outcome":"admitted","session":"s1","ends":1800000000,"now":1799990000,"hub_key":"key=",)"
    R"("port":51820,"addresses":["10.8.0.2/32","fd00:8::2/128"],"networks":["10.0.0.0/8"],"preshared_key":"psk="})";

TEST_F(Api, HandsOutANonce) {
  start();
  const auto answer = ask("/api/v1/nonce", "{}", Nonce{.nonce = "abc", .hub = "hub\"1"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"nonce":"abc","hub":"hub\"1"})");
  EXPECT_EQ(question_->body, Body(AskNonce{.source = "127.0.0.1"}));
  EXPECT_EQ(ask("/api/v1/nonce", "{}", Answer{.outcome = Outcome::unavailable}).status, 503);
}

TEST_F(Api, HandsALoginOnAsItCameAndTheAnswerBack) {
  start();
  const auto answer = ask("/api/v1/login", login_json(), kAdmitted);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, kAdmittedJson);
  EXPECT_EQ(std::get<LogIn>(question_->body), expected_login("127.0.0.1"));
}

TEST_F(Api, SaysOfALoginThatItWasRefusedOrHasToWaitOrThatNobodyDecides) {
  start();
  auto answer = ask("/api/v1/login", login_json(), Answer{.outcome = Outcome::refused});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body, R"({"outcome":"refused"})");
  answer = ask("/api/v1/login", login_json(), Answer{.outcome = Outcome::wait, .again = 30});
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.body, R"({"outcome":"wait","again":30})");
  EXPECT_EQ(answer.fields["retry-after"], "30");
  answer = ask("/api/v1/login", login_json(), Answer{.outcome = Outcome::unavailable});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, R"({"outcome":"unavailable"})");
}

TEST_F(Api, AsksForASessionExtendsItAndEndsIt) {
  start();
  for (const auto& [word, verb] :
       {std::pair("state", Verb::state), std::pair("extend", Verb::extend),
        std::pair("log-out", Verb::log_out)}) {
    const auto answer = ask("/api/v1/session", session_json(word), kAdmitted);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, kAdmittedJson);
    EXPECT_EQ(std::get<OfSession>(question_->body), expected_session("127.0.0.1", verb));
  }
  const auto ended =
      ask("/api/v1/session", session_json("state"), Answer{.outcome = Outcome::ended});
  EXPECT_EQ(ended.status, 200);
  EXPECT_EQ(ended.body, R"({"outcome":"ended"})");
  for (const auto& [outcome, status] :
       {std::pair(Outcome::refused, 403), std::pair(Outcome::wait, 429),
        std::pair(Outcome::unavailable, 503)})
    EXPECT_EQ(ask("/api/v1/session", session_json("state"), Answer{.outcome = outcome}).status,
              status);
}

TEST_F(Api, HasTheSameFieldsInEveryAnswer) {
  start();
  Client client(port());
  ASSERT_TRUE(client.handshake());
  auto answer = client.ask("/api/v1/nonce", "{}");
  EXPECT_EQ(answer.status, 503);
  const std::map<std::string, std::string> fields{
      {"content-type", "application/json"},
      {"cache-control", "no-store"},
      {"content-security-policy", "default-src 'none'"},
      {"strict-transport-security", "max-age=63072000"},
      {"x-content-type-options", "nosniff"},
      {"content-length", std::to_string(answer.body.size())}};
  EXPECT_EQ(answer.fields, fields);
  answer = client.ask("/nothing", "{}");
  answer.fields.erase("content-length");
  auto at_the_end = fields;
  at_the_end.erase("content-length");
  at_the_end["connection"] = "close";
  EXPECT_EQ(answer.fields, at_the_end);
}

std::string request(const std::string& line, const std::string& fields) {
  return line + "\r\n" + fields + "Content-Length: 2\r\n\r\n{}";
}

TEST_F(Api, RefusesWhatIsNotAskedAsItMustBe) {
  start();
  const std::string post = "POST /api/v1/nonce HTTP/1.1";
  const std::string host = "Host: portal.example.org\r\n";
  const std::string json = "Content-Type: application/json\r\n";
  const std::vector<std::tuple<int, std::string, std::string>> all{
      {421, post, "Host: other.example.org\r\n" + json},
      {400, post, json},
      {400, post, host + host + json},
      {400, "POST /api/v1/nonce HTTP/1.0", host + json},
      {400, "nonsense", ""},
      {404, "POST /api/v1/nonce/ HTTP/1.1", host + json},
      {404, "POST /api/v1/nonce?x HTTP/1.1", host + json},
      {404, "POST /api/v2/nonce HTTP/1.1", host + json},
      {404, "GET /session HTTP/1.1", host},
      {404, "GET /nothing HTTP/1.1", host},
      {405, "POST / HTTP/1.1", host},
      {405, "GET /api/v1/nonce HTTP/1.1", host},
      {405, "OPTIONS /api/v1/login HTTP/1.1", host},
      {415, post, host},
      {415, post, host + "Content-Type: text/plain\r\n"},
      {415, post, host + "Content-Type: application/json5\r\n"},
      {415, post, host + json + "Content-Encoding: gzip\r\n"}};
  for (const auto& [status, line, fields] : all)
    EXPECT_EQ(send(request(line, fields)).status, status) << line << ' ' << fields;
  EXPECT_EQ(send(request("PUT /api/v1/login HTTP/1.1", host)).fields["allow"], "POST");
  EXPECT_EQ(send(request("PUT / HTTP/1.1", host)).fields["allow"], "GET");
}

TEST_F(Api, RefusesAHeadAndABodyThatAreTooLong) {
  start();
  const std::string head = "POST /api/v1/login HTTP/1.1\r\nHost: portal.example.org\r\n";
  EXPECT_EQ(send(head + "X: " + std::string(9'000, 'x') + "\r\n\r\n").status, 431);
  EXPECT_EQ(send(Client::post("/api/v1/login", std::string(33'000, ' '))).status, 413);
  const std::string chunks =
      head + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(send(chunks + "ffff\r\n" + std::string(0xffff, ' ')).status, 413);
}

TEST_F(Api, AnswersABodyThatIsNoneOfItsOwnAndGoesOn) {
  start();
  const auto kaidod = this->kaidod();
  Client client(port());
  ASSERT_TRUE(client.handshake());
  EXPECT_EQ(client.ask("/api/v1/login", "{}").status, 400);
  EXPECT_EQ(client.ask("/api/v1/login", "").status, 400);
  expect_login(client, kaidod);
}

TEST_F(Api, TakesABodyInChunks) {
  start();
  const auto kaidod = this->kaidod();
  Client client(port());
  ASSERT_TRUE(client.handshake());
  client.send(
      "POST /api/v1/nonce HTTP/1.1\r\nHost: PORTAL.example.org:8443\r\n"
      "Content-Type: Application/JSON; charset=utf-8\r\nTransfer-Encoding: "
      "chunked\r\n\r\n1\r\n{\r\n");
  client.send("1\r\n}\r\n0\r\n\r\n");
  const auto question = kaidod.receive();
  ASSERT_TRUE(question);
  kaidod.send(question->id, Nonce{});
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(Api, AnswersRequestsThatCameTogetherOneAfterTheOther) {
  start();
  const auto kaidod = this->kaidod();
  Client client(port());
  ASSERT_TRUE(client.handshake());
  const auto one = Client::post("/api/v1/nonce", "{}");
  client.send(one + one + one);
  for (const char* const nonce : {"1", "2", "3"}) {
    const auto question = kaidod.receive();
    ASSERT_TRUE(question);
    kaidod.send(question->id, Nonce{.nonce = nonce});
    EXPECT_EQ(client.receive().body, std::string(R"({"nonce":")") + nonce + R"(","hub":""})");
  }
}

TEST_F(Api, TellsAClientThatWaitsToGoOn) {
  start();
  Client client(port());
  ASSERT_TRUE(client.handshake());
  client.send(
      "POST /api/v1/nonce HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("{}");
  EXPECT_EQ(client.receive().status, 503);
}

TEST_F(Api, TakesTheNamesOfTheCommandLineAndThenNoOthers) {
  settings_.hosts = {"vpn.example.com"};
  start();
  const std::string json = "Content-Type: application/json\r\nConnection: close\r\n";
  const std::string post = "POST /api/v1/nonce HTTP/1.1";
  EXPECT_EQ(send(request(post, "Host: portal.example.org\r\n" + json)).status, 421);
  EXPECT_EQ(send(request(post, "Host: vpn.example.com\r\n" + json)).status, 503);
}

TEST_F(Api, TellsKaidodTheClientsAddressAndAnIpv4OneAsSuch) {
  start("[::]:0");
  const auto kaidod = this->kaidod();
  for (const char* const address : {"127.0.0.1", "127.0.0.9", "::1"}) {
    const std::string server = address == std::string("::1") ? "::1" : "127.0.0.1";
    Client client(port(), {.source = address, .server = server});
    ASSERT_TRUE(client.handshake());
    client.send(Client::post("/api/v1/nonce", "{}"));
    const auto question = kaidod.receive();
    ASSERT_TRUE(question);
    EXPECT_EQ(question->body, Body(AskNonce{.source = address}));
  }
}

}  // namespace
}  // namespace kaido::portal
