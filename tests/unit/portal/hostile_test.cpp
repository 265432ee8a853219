// Clients that are slow, silent, many, or speak nonsense; and that others are served meanwhile.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "unit/portal/fixture.hpp"
#include "unit/portal/words.hpp"

namespace kaido::portal {
namespace {

using Clients = std::vector<std::unique_ptr<Client>>;
constexpr std::chrono::milliseconds kShort{200};

class Hostile : public PortalTest {
 protected:
  std::unique_ptr<Client> connected(const std::string& source = "127.0.0.1") const {
    auto client = std::make_unique<Client>(port(), ClientOptions{.source = source});
    EXPECT_TRUE(client->handshake());
    return client;
  }
  void expect_login_from(const std::string& source, const Kaidod& kaidod) const {
    const auto client = connected(source);
    expect_login(*client, kaidod);
  }
};

TEST_F(Hostile, ASilentClientIsSentAwayInEachPhase) {
  auto& limits = settings_.limits;
  limits.handshake_time = limits.header_time = limits.body_time = limits.keep_alive = kShort;
  start();
  Client silent(port());
  EXPECT_TRUE(silent.is_closed());
  const auto no_head = connected();
  EXPECT_TRUE(no_head->is_closed());
  const auto half_head = connected();
  half_head->send("POST /api/v1/");
  EXPECT_TRUE(half_head->is_closed());
  const auto half_body = connected();
  const auto request = Client::post("/api/v1/nonce", "{}");
  half_body->send(std::string_view(request).substr(0, request.size() - 1));
  EXPECT_TRUE(half_body->is_closed());
  const auto done = connected();
  EXPECT_EQ(done->ask("/api/v1/nonce", "{}").status, 503);
  EXPECT_TRUE(done->is_closed());
}

TEST_F(Hostile, AClientThatSendsByteByByteHasNoMoreTime) {
  settings_.limits.header_time = kShort;
  start();
  const auto client = connected();
  client->send("POST / HTTP/1.1\r\nX: ");
  int sent = 0;
  while (!client->has_news(kShort / 10) && sent < 1'000) {
    client->send("x");
    ++sent;
  }
  EXPECT_LT(sent, 1'000);
  EXPECT_EQ(client->receive().status, 0);
}

TEST_F(Hostile, FiftyThatSpeakNonsenseDoNotHinderALogin) {
  settings_.limits.connections = 60;
  start();
  const auto kaidod = this->kaidod();
  Clients garbage;
  for (int i = 0; i < 50; ++i) {
    const auto source = "127.0.1." + std::to_string(1 + i / 10);
    garbage.push_back(std::make_unique<Client>(port(), ClientOptions{.source = source}));
    garbage.back()->send_raw(i % 3 == 0   ? std::string(5'000, '\xff')
                             : i % 3 == 1 ? std::string("\x16\x03\x01\x40\x00", 5)
                                          : std::string("GET / HTTP/1.1\r\n\r\n"));
  }
  expect_login_from("127.0.0.1", kaidod);
  for (const auto& client : garbage) client->send_raw("more");
  expect_login_from("127.0.0.1", kaidod);
}

TEST_F(Hostile, WhoIsSilentLongestGivesWayWhenAllPlacesAreTaken) {
  settings_.limits.connections = 3;
  start();
  const auto kaidod = this->kaidod();
  const auto first = connected("127.0.0.2");
  const auto second = connected("127.0.0.3");
  const auto third = connected("127.0.0.4");
  for (const auto* client : {&second, &first, &third}) expect_login(**client, kaidod);
  const auto fourth = connected("127.0.0.5");
  EXPECT_TRUE(second->is_closed());
  for (const auto* client : {&first, &third, &fourth}) expect_login(**client, kaidod);
}

TEST_F(Hostile, WhoIsBeingAnsweredDoesNotGiveWay) {
  settings_.limits.connections_per_source = 1;
  start();
  const auto kaidod = this->kaidod();
  const auto client = connected();
  client->send(Client::post("/api/v1/nonce", "{}"));
  const auto question = kaidod.receive();
  ASSERT_TRUE(question);
  EXPECT_FALSE(Client(port()).handshake());
  expect_login_from("127.0.0.2", kaidod);
  kaidod.send(question->id, Nonce{});
  EXPECT_EQ(client->receive().status, 200);
  stop();
  EXPECT_EQ(lines_.back(), "<4>too many connections, refused: 127.0.0.1");
}

TEST_F(Hostile, OneSourceTakesNoMoreThanItsPlaces) {
  settings_.limits.connections_per_source = 2;
  start();
  const auto kaidod = this->kaidod();
  const auto other = connected("127.0.0.2");
  const auto first = connected();
  const auto second = connected();
  const auto third = connected();
  EXPECT_TRUE(first->is_closed());
  for (const auto* client : {&other, &second, &third}) expect_login(**client, kaidod);
}

TEST_F(Hostile, AConnectionHasItsRequestsAndNoMore) {
  settings_.limits.requests = 2;
  start();
  const auto client = connected();
  EXPECT_FALSE(client->ask("/api/v1/nonce", "{}").fields.contains("connection"));
  EXPECT_EQ(client->ask("/api/v1/nonce", "{}").fields["connection"], "close");
  EXPECT_TRUE(client->is_closed());
}

TEST_F(Hostile, WhoGoesAwayAtAnyPointHarmsNobody) {
  start();
  const auto kaidod = this->kaidod();
  const auto request = Client::post("/api/v1/nonce", "{}");
  for (std::size_t size = 0; size < request.size(); size += 10)
    connected()->send(std::string_view(request).substr(0, size));
  connected()->send(request);
  ASSERT_TRUE(kaidod.receive());
  expect_login_from("127.0.0.2", kaidod);
}

}  // namespace
}  // namespace kaido::portal
