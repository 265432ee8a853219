// The contract of Portal: the link and the fake.
#include <gtest/gtest.h>

#include <set>

#include "world.hpp"

namespace kaido::test {
namespace {

class PortalContract : public testing::TestWithParam<WorldKind> {
 protected:
  void start() {
    world->port().start([this](const portal::Packet& packet) { questions.push_back(packet); });
  }
  /// Until so many questions came.
  bool hear(std::size_t count) {
    return world->run_until([&] { return questions.size() >= count; });
  }
  bool answered(std::size_t count) {
    return world->run_until([&] { return world->answers().size() >= count; });
  }
  static portal::Packet nonce_question(std::uint64_t id) {
    return {.id = id, .body = portal::AskNonce{.source = "192.0.2." + std::to_string(id)}};
  }
  static portal::Packet answer_to(const portal::Packet& question, std::int64_t ends) {
    return {.id = question.id,
            .body = portal::Answer{.outcome = portal::Outcome::admitted, .ends = ends}};
  }
  [[nodiscard]] std::vector<std::pair<std::uint64_t, std::int64_t>> ends() {
    std::vector<std::pair<std::uint64_t, std::int64_t>> all;
    for (const auto& packet : world->answers())
      all.emplace_back(packet.id, std::get<portal::Answer>(packet.body).ends);
    return all;
  }

  std::unique_ptr<World> world = GetParam().make();
  std::vector<portal::Packet> questions;
};

using Ends = std::vector<std::pair<std::uint64_t, std::int64_t>>;

TEST_P(PortalContract, EachKindOfQuestionIsToldWhole) {
  start();
  const std::vector<portal::Body> bodies{
      portal::AskNonce{.source = "2001:db8::1"},
      portal::LogIn{.source = "192.0.2.1",
                    .user = "alice",
                    .code = Secret(std::string_view("123456")),
                    .certificates = std::string(portal::kLargestText, 'c'),
                    .nonce = std::string(64, 'a'),
                    .wireguard_key = "key",
                    .signature = std::string("\0\xff", 2)},
      portal::OfSession{.verb = portal::Verb::log_out,
                        .source = "192.0.2.1",
                        .certificates = "pem",
                        .nonce = "nonce",
                        .session = "id",
                        .signature = "s"}};
  for (std::size_t i = 0; i < bodies.size(); ++i) world->ask({.id = i, .body = bodies[i]});
  ASSERT_TRUE(hear(bodies.size()));
  for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(questions[i].body, bodies[i]) << i;
}

TEST_P(PortalContract, AnAnswerGoesToItsQuestionInAnyOrder) {
  start();
  for (const std::uint64_t id : {7U, 5U, 6U}) world->ask(nonce_question(id));
  ASSERT_TRUE(hear(3));
  world->port().answer(answer_to(questions[2], 60));
  world->port().answer(answer_to(questions[0], 70));
  world->port().answer(answer_to(questions[1], 50));
  ASSERT_TRUE(answered(3));
  EXPECT_EQ(ends(), (Ends{{6, 60}, {7, 70}, {5, 50}}));
}

TEST_P(PortalContract, AQuestionIsAnsweredOnce) {
  start();
  world->ask(nonce_question(1));
  ASSERT_TRUE(hear(1));
  world->port().answer(answer_to(questions[0], 1));
  world->port().answer(answer_to(questions[0], 2));
  world->port().answer({.id = questions[0].id + 99, .body = portal::Answer{}});
  world->ask(nonce_question(2));
  ASSERT_TRUE(hear(2));
  world->port().answer(answer_to(questions[1], 3));
  ASSERT_TRUE(answered(2));
  EXPECT_EQ(ends(), (Ends{{1, 1}, {2, 3}}));
}

TEST_P(PortalContract, QuestionsOfOneNumberAreNotMixedUp) {
  start();
  world->ask(nonce_question(1));
  world->ask(nonce_question(1));
  ASSERT_TRUE(hear(2));
  EXPECT_NE(questions[0].id, questions[1].id);
}

TEST_P(PortalContract, AnAnswerDoesNotGoToThePortalThatCameAfter) {
  start();
  world->ask(nonce_question(1));
  ASSERT_TRUE(hear(1));
  world->stop_portal();
  world->start_portal();
  world->ask(nonce_question(1));
  ASSERT_TRUE(hear(2));
  world->port().answer(answer_to(questions[0], 1));
  world->port().answer(answer_to(questions[1], 2));
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(ends(), (Ends{{1, 2}}));
}

TEST_P(PortalContract, APortalThatStartsLaterIsHeard) {
  world->stop_portal();
  start();
  int runs = 0;
  (void)world->run_until([&runs] { return ++runs > 5; });
  EXPECT_TRUE(questions.empty());
  world->start_portal();
  world->ask(nonce_question(1));
  EXPECT_TRUE(hear(1));
}

INSTANTIATE_TEST_SUITE_P(, PortalContract, testing::Values(kFakeWorld, kSocketWorld),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace kaido::test
