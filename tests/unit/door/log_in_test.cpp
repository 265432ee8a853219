// Logins of Kaido's own clients through the portal.
#include <gtest/gtest.h>

#include <filesystem>

#include "unit/door/world.hpp"

namespace kaido::test {
namespace {

using enum portal::Outcome;

class Door : public DoorWorld {
 protected:
  /// A login that a test spoils before, or after, it is signed.
  template <typename Spoil>
  [[nodiscard]] portal::Outcome after_signing(Spoil spoil) {
    auto question = login("alice");
    spoil(question);
    return outcome(ask(question));
  }
};

TEST_F(Door, ANonceIsOfChanceAndNamesTheHub) {
  const auto answer = ask(portal::AskNonce{.source = kHome});
  const auto& given = std::get<portal::Nonce>(answer);
  EXPECT_EQ(given.hub, "tokyo");
  EXPECT_EQ(given.nonce.size(), 64U);
  EXPECT_EQ(given.nonce.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(given.nonce, nonce());
  EXPECT_NE(given.nonce.substr(0, 32), given.nonce.substr(32));
}

TEST_F(Door, ARightLoginIsToldWhatTheClientNeeds) {
  ASSERT_TRUE(desk.change_user(at(kNow), settings, "alice",
                               {.enabled = {}, .display = {}, .groups = {{"staff"}}}));
  const auto answer = admitted(ask(login("alice")));
  const auto session = stored(answer.session);
  EXPECT_EQ(session.user, "alice");
  EXPECT_EQ(session.door, session::Door::client);
  EXPECT_EQ(session.source, kHome);
  EXPECT_EQ(answer.ends, session.ends);
  EXPECT_EQ(answer.ends, now() + 720 * 60);
  EXPECT_EQ(answer.now, now());
  EXPECT_EQ(answer.hub_key, kHubKey);
  EXPECT_EQ(answer.port, 51900);
  EXPECT_EQ(answer.addresses, "10.8.0.2/32 fd00:8::2/128");
  EXPECT_EQ(answer.networks, "10.1.0.0/16 fd00:1::/64 10.2.0.0/16")
      << "what is part of another one is left out, and what is not configured";
}

TEST_F(Door, NetworksAreThoseOfAllGroupsAndOfNoneWithoutOne) {
  EXPECT_EQ(admitted(ask(login("bob"))).networks, "");
  ASSERT_TRUE(desk.change_user(at(kNow), settings, "alice",
                               {.enabled = {}, .display = {}, .groups = {{"ops", "staff"}}}));
  EXPECT_EQ(admitted(ask(login("alice"))).networks,
            "10.1.0.0/16 fd00:1::/64 10.2.0.0/16 10.3.0.0/16");
}

TEST_F(Door, WithoutAPortThereIsNoWireGuard) {
  settings.wireguard_port.reset();
  configure();
  const auto answer = admitted(ask(login("alice")));
  EXPECT_EQ(answer.hub_key, "");
  EXPECT_EQ(answer.port, 0);
}

TEST_F(Door, AReplayIsRefused) {
  const auto question = login("alice");
  ASSERT_EQ(outcome(ask(question)), portal::Outcome::admitted);
  EXPECT_EQ(outcome(ask(question)), refused);
  EXPECT_EQ(living(), 1U);
}

TEST_F(Door, ANonceCountsOnceEvenForAWrongLogin) {
  auto question = login("alice");
  const auto right = question;
  question.code = Secret(std::string_view("000000"));
  EXPECT_EQ(outcome(ask(question)), refused);
  EXPECT_EQ(outcome(ask(right)), refused);
  EXPECT_EQ(outcome(ask(login("alice"))), portal::Outcome::admitted);
}

TEST_F(Door, ANonceIsOverAfterAMinute) {
  auto question = login("alice");
  pass(std::chrono::seconds(60));
  question.code = code("alice", now());
  EXPECT_EQ(outcome(ask(question)), refused);
}

TEST_F(Door, ANonceOfAnotherSourceIsRefused) {
  auto question = login("alice");
  question.source = "198.51.100.7";
  EXPECT_EQ(outcome(ask(question)), refused);
  question = login("alice");
  question.nonce = nonce("198.51.100.7");
  sign(question);
  EXPECT_EQ(outcome(ask(question)), refused);
}

TEST_F(Door, AnAddressOfTheSameHostIsTheSameSource) {
  auto question = login("alice");
  question.nonce = nonce("2001:db8::1");
  question.source = "2001:db8::2";
  sign(question);
  EXPECT_EQ(outcome(ask(question)), portal::Outcome::admitted);
}

TEST_F(Door, AFloodOfNoncesFromElsewhereHarmsNobody) {
  const auto question = login("alice");
  for (int i = 0; i < 200; ++i) EXPECT_FALSE(nonce("198.51.100.7").empty());
  EXPECT_EQ(outcome(ask(question)), portal::Outcome::admitted);
}

TEST_F(Door, TooManyQuestionsAtOnceAreNotTakenIn) {
  for (std::size_t i = 0; i < PortalDoor::kMostAsked + 5; ++i)
    fake.ask({.id = i, .body = portal::AskNonce{.source = kHome}});
  fake.pump();
  EXPECT_EQ(workers.waiting(), PortalDoor::kMostAsked);
  ASSERT_EQ(fake.answers().size(), 5U);
  EXPECT_EQ(outcome(fake.answers()[0].body), unavailable);
  workers.poll();
  EXPECT_EQ(fake.answers().size(), PortalDoor::kMostAsked + 5) << "every question is answered";
  EXPECT_FALSE(nonce().empty());
}

TEST_F(Door, ABrowserWithoutASignatureIsRefused) {
  EXPECT_EQ(after_signing([](auto& question) { question.signature.clear(); }), refused);
  EXPECT_EQ(living(), 0U);
}

TEST_F(Door, ASignatureOfAnythingElseIsRefused) {
  EXPECT_EQ(after_signing([](auto& question) { question.signature += "x"; }), refused);
  EXPECT_EQ(last_note().detail, "certificate-invalid");
  EXPECT_EQ(after_signing([](auto& question) { question.wireguard_key = kKey; }), refused);
  EXPECT_EQ(after_signing([this](auto& question) { question.nonce = nonce(); }), refused);
  EXPECT_EQ(after_signing([](auto& question) {
              question.signature =
                  FakeJudge::sign(question.certificates,
                                  portal::login_text(question.nonce, "osaka", question.user, ""));
            }),
            refused);
  EXPECT_EQ(after_signing([](auto& question) {
              question.signature = FakeJudge::sign(
                  question.certificates, portal::login_text(question.nonce, "tokyo", "bob", ""));
            }),
            refused);
  EXPECT_EQ(after_signing([](auto& question) {
              question.signature = FakeJudge::sign(
                  "bob's laptop", portal::login_text(question.nonce, "tokyo", "alice", ""));
            }),
            refused);
  EXPECT_EQ(living(), 0U);
  EXPECT_EQ(device_of("alice").wireguard_key, std::nullopt);
}

TEST_F(Door, ASignedRequestForAnotherUserIsRefused) {
  auto question = login("alice");
  question.user = "bob";
  question.code = code("bob", now());
  sign(question);
  EXPECT_EQ(outcome(ask(question)), refused);
  EXPECT_EQ(last_note().detail, "device-of-another");
}

TEST_F(Door, WhoHasNotTheKeyCannotLockTheOwnerOut) {
  for (int i = 0; i < 10; ++i) {
    auto question = login("alice");
    question.code = Secret(std::string_view("000000"));
    question.signature = "forged";
    EXPECT_EQ(outcome(ask(question)), refused) << i;
  }
  EXPECT_EQ(outcome(ask(login("alice"))), portal::Outcome::admitted);
}

TEST_F(Door, TooManyWrongCodesWait) {
  portal::Answer last;
  for (int i = 0; i < 7; ++i) {
    auto question = login("alice");
    question.code = Secret(std::string_view("000000"));
    last = std::get<portal::Answer>(ask(question));
    EXPECT_EQ(last.outcome, i < 6 ? refused : wait) << i;
    if (last.outcome == wait) break;
    EXPECT_EQ(last.again, 0) << "nothing of it is told before";
  }
  ASSERT_EQ(last.outcome, wait);
  EXPECT_EQ(last.again, 1);
  EXPECT_EQ(outcome(ask(login("alice"))), wait);
  pass(std::chrono::seconds(2));
  EXPECT_EQ(outcome(ask(login("alice"))), portal::Outcome::admitted);
}

TEST_F(Door, TheFirstKeyIsRegistered) {
  const auto answer = admitted(ask(login("alice", kKey)));
  EXPECT_EQ(device_of("alice").wireguard_key, parse_wireguard_key(kKey));
  const auto notes =
      desk.audit({.user = "alice", .act = session::Act::device_changed, .newest = 9}).value();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].note.actor, "client");
  EXPECT_EQ(notes[0].note.subject, "laptop");
  pass(std::chrono::seconds(60));
  EXPECT_EQ(outcome(ask(login("alice", kKey))), portal::Outcome::admitted);
  pass(std::chrono::seconds(60));
  EXPECT_EQ(outcome(ask(login("alice"))), portal::Outcome::admitted);
  EXPECT_EQ(device_of("alice").wireguard_key, parse_wireguard_key(kKey));
}

TEST_F(Door, WhoIsAdmittedIsKnownByTheKeyOfTheDevice) {
  std::optional<WireGuardKey> known;
  const auto admit = [&](const portal::LogIn& question) {
    people.log_in(
        {.user = question.user,
         .code = question.code,
         .certificates = question.certificates,
         .source = question.source,
         .wireguard_key = question.wireguard_key},
        [&](const auto& outcome) { known = std::get<Admitted>(*outcome).device.wireguard_key; });
    workers.poll();
  };
  admit(login("alice"));
  EXPECT_EQ(known, std::nullopt);
  pass(std::chrono::seconds(60));
  admit(login("alice", kKey));
  EXPECT_EQ(known, parse_wireguard_key(kKey));
  known.reset();
  pass(std::chrono::seconds(60));
  admit(login("alice"));
  EXPECT_EQ(known, parse_wireguard_key(kKey));
}

TEST_F(Door, AnotherKeyIsRefused) {
  ASSERT_EQ(outcome(ask(login("alice", kKey))), portal::Outcome::admitted);
  pass(std::chrono::seconds(60));
  EXPECT_EQ(outcome(ask(login("alice", kOtherKey))), refused);
  EXPECT_EQ(last_note().detail, "key-differs");
  EXPECT_EQ(device_of("alice").wireguard_key, parse_wireguard_key(kKey));
}

TEST_F(Door, SomebodyElsesKeyIsRefused) {
  ASSERT_EQ(outcome(ask(login("alice", kKey))), portal::Outcome::admitted);
  EXPECT_EQ(outcome(ask(login("bob", kKey))), refused);
  EXPECT_EQ(last_note().detail, "key-differs");
  EXPECT_EQ(last_note().user, "bob");
  EXPECT_EQ(device_of("bob").wireguard_key, std::nullopt);
  EXPECT_EQ(living(), 1U);
}

TEST_F(Door, OneKeyInOneBatchIsOnlyTheFirstOnes) {
  std::vector<portal::LogIn> questions{login("alice", kKey), login("bob", kKey)};
  const auto before = fake.answers().size();
  people.log_in({}, [](const auto&) {});  // what comes while it is written is written together
  for (std::size_t i = 0; i < questions.size(); ++i) fake.ask({.id = i, .body = questions[i]});
  fake.pump();
  workers.poll();
  ASSERT_EQ(fake.answers().size(), before + 2);
  EXPECT_EQ(outcome(fake.answers()[before].body), portal::Outcome::admitted);
  EXPECT_EQ(outcome(fake.answers()[before + 1].body), refused);
  EXPECT_EQ(last_note().detail, "key-differs");
  EXPECT_EQ(living(), 1U);
}

TEST_F(Door, WhatIsNoKeyIsRefused) {
  EXPECT_EQ(outcome(ask(login("alice", "key"))), refused);
  EXPECT_EQ(device_of("alice").wireguard_key, std::nullopt);
}

TEST_F(Door, AStoreThatIsAwayLetsNobodyIn) {
  const auto question = login("alice");
  const auto place = folder / "people.db";
  std::filesystem::rename(place, folder / "away");
  std::filesystem::create_directory(place);
  EXPECT_EQ(outcome(ask(question)), unavailable);
  std::filesystem::remove(place);
  std::filesystem::rename(folder / "away", place);
  EXPECT_EQ(outcome(ask(login("alice"))), portal::Outcome::admitted);
}

TEST_F(Door, WithoutPeopleItIsUnavailable) {
  const auto question = login("alice");
  board.model.people.reset();
  people.configured();
  EXPECT_EQ(outcome(ask(portal::AskNonce{.source = kHome})), unavailable);
  EXPECT_EQ(outcome(ask(question)), unavailable);
}

}  // namespace
}  // namespace kaido::test
