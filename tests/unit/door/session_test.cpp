// What a client asks of its open session.
#include <gtest/gtest.h>

#include <filesystem>

#include "unit/door/world.hpp"

namespace kaido::test {
namespace {

using enum portal::Outcome;
using enum portal::Verb;

class OfSession : public DoorWorld {
 protected:
  void SetUp() override {
    DoorWorld::SetUp();
    id = open("alice");
    begin = now();
  }
  [[nodiscard]] portal::Answer alive(portal::Verb verb) { return admitted(ask(about(verb, id))); }
  void restart_with(const session::Settings& wanted) {
    settings = wanted;
    configure();
  }
  static constexpr session::WallTime kWhole = session::WallTime{720} * 60;

  std::string id;
  session::WallTime begin = 0;
};

TEST_F(OfSession, ItsStateIsAsOfTheLogin) {
  pass(std::chrono::minutes(1));
  const auto answer = alive(state);
  EXPECT_EQ(answer.session, id);
  EXPECT_EQ(answer.ends, begin + kWhole);
  EXPECT_EQ(answer.now, now());
  EXPECT_EQ(answer.hub_key, kHubKey);
  EXPECT_EQ(answer.addresses, "10.8.0.2/32 fd00:8::2/128");
}

TEST_F(OfSession, AnExtensionWithAnHourLeftChangesNothing) {
  pass(std::chrono::minutes(660));
  EXPECT_EQ(alive(extend).ends, begin + kWhole);
  EXPECT_EQ(stored(id).ends, begin + kWhole);
}

TEST_F(OfSession, AnExtensionIsOfAnHour) {
  pass(std::chrono::minutes(661));
  EXPECT_EQ(alive(extend).ends, begin + kWhole + 3600);
  EXPECT_EQ(stored(id).ends, begin + kWhole + 3600);
  const auto note = last_note();
  EXPECT_EQ(note.act, session::Act::session_extended);
  EXPECT_EQ(note.actor, "client");
  EXPECT_EQ(note.source, kHome);
  EXPECT_EQ(note.detail, "by 60 minutes");
  EXPECT_EQ(alive(extend).ends, begin + kWhole + 3600) << "there is more than an hour now";
}

TEST_F(OfSession, ExtensionsEndAtTwiceTheLengthOfALogin) {
  pass(std::chrono::minutes(700));
  auto shorter = settings;
  shorter.session_minutes = 365;
  restart_with(shorter);
  EXPECT_EQ(alive(extend).ends, begin + 2 * 365 * 60);
  shorter.session_minutes = 5;
  restart_with(shorter);
  EXPECT_EQ(alive(extend).ends, begin + kWhole + 600) << "never shorter than it was";
}

TEST_F(OfSession, AnExtensionDoesNotPassTheEndOfTheDay) {
  const auto local_end = (begin + kWhole + 600 + 9 * 3600) % 86400 / 60;
  auto ending = settings;
  ending.session_end = static_cast<std::uint16_t>(local_end);
  restart_with(ending);
  pass(std::chrono::minutes(700));
  const auto ends = alive(extend).ends;
  EXPECT_GT(ends, begin + kWhole);
  EXPECT_LE(ends, begin + kWhole + 600);
  EXPECT_EQ((ends + 9 * 3600) % 86400 / 60, local_end);
}

TEST_F(OfSession, LoggedOutItIsOver) {
  EXPECT_EQ(outcome(ask(about(log_out, id))), ended);
  EXPECT_EQ(stored(id).reason, session::EndReason::logged_out);
  EXPECT_EQ(stored(id).ended, now());
  const auto note = last_note();
  EXPECT_EQ(note.act, session::Act::session_ended);
  EXPECT_EQ(note.actor, "client");
  EXPECT_EQ(note.subject, id);
  for (const auto verb : {state, extend, log_out}) EXPECT_EQ(outcome(ask(about(verb, id))), ended);
}

TEST_F(OfSession, OneThatRanOutIsOver) {
  pass(std::chrono::minutes(720));
  for (const auto verb : {state, extend, log_out}) EXPECT_EQ(outcome(ask(about(verb, id))), ended);
  EXPECT_EQ(living(), 0U);
}

TEST_F(OfSession, SomebodyElsesIsRefused) {
  for (const auto verb : {state, extend, log_out})
    EXPECT_EQ(outcome(ask(about(verb, id, "bob's laptop"))), refused);
  EXPECT_EQ(living(), 1U);
  EXPECT_EQ(outcome(ask(about(log_out, id))), ended);
  EXPECT_EQ(outcome(ask(about(state, id, "bob's laptop"))), refused) << "not even that it is over";
}

TEST_F(OfSession, OneOfAnotherDeviceOfTheSamePersonIsRefused) {
  judge.accept("alice's phone");
  ASSERT_TRUE(desk.add_device(
      at(kNow), settings,
      {.user = "alice", .name = "phone", .certificate = "alice's phone", .wireguard_key = ""}));
  EXPECT_EQ(outcome(ask(about(log_out, id, "alice's phone"))), refused);
  EXPECT_EQ(living(), 1U);
}

TEST_F(OfSession, OneIsNamedWhole) {
  for (const auto& name : {std::string(), id.substr(0, 31), id + "0", std::string(32, '0'),
                           std::string("%"), std::string("' OR 1")})
    EXPECT_EQ(outcome(ask(about(log_out, name))), refused) << name;
  EXPECT_EQ(living(), 1U);
}

TEST_F(OfSession, ASignatureOfAnythingElseIsRefused) {
  auto question = about(state, id);
  question.verb = log_out;
  EXPECT_EQ(outcome(ask(question)), refused) << "another verb";
  question = about(log_out, std::string(32, '0'));
  question.session = id;
  EXPECT_EQ(outcome(ask(question)), refused) << "another session";
  question = about(log_out, id);
  question.nonce = nonce();
  EXPECT_EQ(outcome(ask(question)), refused) << "another nonce";
  question = about(log_out, id);
  question.signature.clear();
  EXPECT_EQ(outcome(ask(question)), refused) << "none";
  question = about(log_out, id, "bob's laptop");
  question.certificates = "alice's laptop";
  EXPECT_EQ(outcome(ask(question)), refused) << "another key";
  question = about(log_out, id);
  question.signature = FakeJudge::sign(question.certificates,
                                       portal::session_text(question.nonce, "osaka", log_out, id));
  EXPECT_EQ(outcome(ask(question)), refused) << "another hub";
  EXPECT_EQ(living(), 1U);
}

TEST_F(OfSession, AReplayIsRefused) {
  const auto question = about(state, id);
  EXPECT_EQ(outcome(ask(question)), portal::Outcome::admitted);
  EXPECT_EQ(outcome(ask(question)), refused);
}

TEST_F(OfSession, ANonceOfAnotherSourceOrOverIsRefused) {
  auto question = about(state, id);
  question.source = "198.51.100.7";
  EXPECT_EQ(outcome(ask(question)), refused);
  question = about(state, id);
  pass(std::chrono::seconds(60));
  EXPECT_EQ(outcome(ask(question)), refused);
}

TEST_F(OfSession, ACertificateThatWasRevokedSinceIsRefused) {
  judge.facts["alice's laptop"].fault = session::Refusal::certificate_revoked;
  EXPECT_EQ(outcome(ask(about(extend, id))), refused);
}

TEST_F(OfSession, OneThatAnAdminEndedIsOver) {
  ASSERT_TRUE(desk.enable_device(at(now()), "alice", "laptop", false));
  EXPECT_EQ(outcome(ask(about(state, id))), ended);
}

TEST_F(OfSession, AStoreThatIsAwayCannotTell) {
  const auto question = about(state, id);
  const auto place = folder / "people.db";
  std::filesystem::rename(place, folder / "away");
  std::filesystem::create_directory(place);
  EXPECT_EQ(outcome(ask(question)), unavailable);
  std::filesystem::remove(place);
  std::filesystem::rename(folder / "away", place);
  EXPECT_EQ(alive(state).session, id);
}

TEST_F(OfSession, ARefusalDoesNotShowTheStoreToBeInOrder) {
  const auto right = about(state, id);
  auto forged = about(state, id);
  forged.signature = "forged";
  const auto place = folder / "people.db";
  std::filesystem::rename(place, folder / "away");
  std::filesystem::create_directory(place);
  EXPECT_EQ(outcome(ask(right)), unavailable);
  ASSERT_EQ(conditions.report(clock.now()).size(), 1U);
  EXPECT_EQ(outcome(ask(forged)), refused);
  EXPECT_EQ(conditions.report(clock.now()).size(), 1U);
  std::filesystem::remove(place);
  std::filesystem::rename(folder / "away", place);
  EXPECT_EQ(alive(state).session, id);
  EXPECT_TRUE(conditions.report(clock.now()).empty());
}

}  // namespace
}  // namespace kaido::test
