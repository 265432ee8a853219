// What only the real one can meet: a portal that says what it should not, or does not listen.
#include "adapters/portal_link/link.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "server.hpp"

namespace kaido::test {
namespace {

class PortalLink : public testing::Test {
 protected:
  bool run_until(const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      server.run();
      io.restart();
      io.run_one_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  void start(portal_link::Link& link) {
    link.start([this](const portal::Packet& packet) { questions.push_back(packet); });
    ASSERT_TRUE(run_until([this] { return server.connected(); }));
  }
  static portal::Packet question(std::uint64_t id) {
    return {.id = id, .body = portal::AskNonce{.source = "192.0.2.1"}};
  }
  static std::string bytes_of(const portal::Packet& packet) {
    return std::string(portal::encode(packet).value().reveal_text());
  }

  Server server;
  boost::asio::io_context io;
  std::vector<portal::Packet> questions;
};

TEST_F(PortalLink, WhatIsNoQuestionIsDroppedAndCounted) {
  portal_link::Link link(io, server.path());
  start(link);
  server.send("x");
  server.send(bytes_of(question(1)) + "x");
  server.send(std::string(portal::kLargest, '\1'));
  server.send(std::string(portal::kLargest + 1, '\1'));
  server.send(bytes_of({.id = 1, .body = portal::Answer{}}));
  server.send(bytes_of({.id = 1, .body = portal::Nonce{.nonce = "n", .hub = "h"}}));
  server.ask(question(2));
  ASSERT_TRUE(run_until([this] { return !questions.empty(); }));
  EXPECT_EQ(questions.size(), 1U);
  EXPECT_EQ(link.dropped(), 6U);
}

TEST_F(PortalLink, AnAnswerThatIsTooLongIsDroppedAndCounted) {
  portal_link::Link link(io, server.path());
  start(link);
  server.ask(question(1));
  server.ask(question(2));
  ASSERT_TRUE(run_until([this] { return questions.size() == 2; }));
  link.answer({.id = questions[0].id,
               .body = portal::Answer{.networks = std::string(portal::kLargestText + 1, 'n')}});
  EXPECT_EQ(link.dropped(), 1U);
  link.answer({.id = questions[1].id,
               .body = portal::Answer{.networks = std::string(portal::kLargestText, 'n')}});
  ASSERT_TRUE(run_until([this] { return !server.answers().empty(); }));
  EXPECT_EQ(server.answers()[0].id, 2U);
}

TEST_F(PortalLink, AnswersWaitForAPortalThatIsBusyAndTooManyAreDropped) {
  constexpr std::size_t count = 4'000;
  portal_link::Link link(io, server.path());
  start(link);
  server.deaf = true;
  for (std::size_t i = 0; i < count; ++i) server.ask(question(i));
  ASSERT_TRUE(run_until([&] { return questions.size() == count; }));
  for (const auto& asked : questions)
    link.answer({.id = asked.id, .body = portal::Nonce{.nonce = std::string(64, 'a'), .hub = "h"}});
  const auto dropped = link.dropped();
  EXPECT_GT(dropped, 0U);
  ASSERT_LT(dropped, count - portal_link::Link::kMostUnsent);
  server.deaf = false;
  ASSERT_TRUE(run_until([&] { return server.answers().size() == count - dropped; }));
  for (std::size_t i = 0; i < server.answers().size(); ++i) EXPECT_EQ(server.answers()[i].id, i);
  server.ask(question(count));
  ASSERT_TRUE(run_until([&] { return questions.size() == count + 1; }));
  link.answer({.id = questions.back().id, .body = portal::Answer{}});
  EXPECT_TRUE(run_until([&] { return server.answers().back().id == count; }));
}

TEST_F(PortalLink, MayEndWhileConnectedAndWhileItTriesTo) {
  {
    portal_link::Link link(io, server.path());
    start(link);
  }
  server.stop();
  {
    portal_link::Link link(io, server.path());
    link.start([this](const portal::Packet& packet) { questions.push_back(packet); });
    io.restart();
    io.run_for(std::chrono::milliseconds(20));
  }
  io.restart();
  io.run();
  EXPECT_TRUE(questions.empty());
}

}  // namespace
}  // namespace kaido::test
