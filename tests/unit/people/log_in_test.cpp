// Logins on a real store and vault: what is decided is what is written.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "unit/people/world.hpp"

namespace kaido::test {
namespace {

class LogIn : public PeopleWorld {
 protected:
  void SetUp() override {
    add_person("alice");
    add_person("bob");
  }
  static constexpr session::WallTime kLater = kNow + 300;

  [[nodiscard]] std::vector<session::AuditEntry> refusals() {
    return desk.audit({.user = "", .act = session::Act::login_refused, .newest = 100}).value();
  }
};

TEST_F(LogIn, IdCodeAndCertificateTogetherOpenASession) {
  const auto outcome = log_in(kLater, request("alice", code("alice", kLater), "alice's laptop"));
  ASSERT_EQ(why(outcome), "admitted");
  const auto& session = std::get<Admitted>(*outcome).session;
  EXPECT_EQ(session.user, "alice");
  EXPECT_EQ(session.device, "laptop");
  EXPECT_EQ(session.started, kLater);
  EXPECT_EQ(session.ends, kLater + 720 * 60);
  EXPECT_EQ(session.source, "192.0.2.9");
  const auto sessions = desk.sessions(at(kLater), false).value();
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions[0], session);
}

TEST_F(LogIn, ACodeCountsOnce) {
  const auto once = request("alice", code("alice", kLater), "alice's laptop");
  ASSERT_EQ(why(log_in(kLater, once)), "admitted");
  EXPECT_EQ(why(log_in(kLater, once)), "used-code");
}

TEST_F(LogIn, ACodeCountsOnceInOneBatch) {
  const auto one = request("alice", code("alice", kLater), "alice's laptop");
  const std::vector<LoginRequest> both{one, one};
  const auto outcomes = desk.log_in(at(kLater), settings, both);
  EXPECT_EQ(why(outcomes[0]), "admitted");
  EXPECT_EQ(why(outcomes[1]), "used-code");
  EXPECT_EQ(desk.sessions(at(kLater), false)->size(), 1U);
  ASSERT_EQ(refusals().size(), 1U);
  EXPECT_EQ(refusals()[0].note.detail, "used-code");
}

TEST_F(LogIn, SomebodyElsesCertificateIsRefused) {
  EXPECT_EQ(why(log_in(kLater, request("alice", code("alice", kLater), "bob's laptop"))),
            "device-of-another");
  EXPECT_TRUE(desk.sessions(at(kLater), false)->empty());
}

TEST_F(LogIn, SomebodyElsesCodeIsRefused) {
  EXPECT_EQ(why(log_in(kLater, request("alice", code("bob", kLater), "alice's laptop"))),
            "wrong-code");
}

TEST_F(LogIn, WithoutACertificateNobodyComesInAndNobodyIsLockedOut) {
  for (int i = 0; i < 60; ++i) {
    auto stranger = request("alice", Secret(std::string_view("000000")), "");
    stranger.source = "198.51.100." + std::to_string(i);
    EXPECT_NE(why(log_in(kLater, stranger)), "admitted");
  }
  EXPECT_EQ(why(log_in(kLater, request("alice", code("alice", kLater), "alice's laptop"))),
            "admitted");
}

TEST_F(LogIn, AStrangerBehindTheSameAddressDoesNotLockTheOwnerOut) {
  for (int i = 0; i < 40; ++i) {
    const auto refused = why(log_in(kLater, request("alice", Secret(std::string_view("1")), "")));
    EXPECT_EQ(refused, i < 21 ? "no-certificate" : "too-many-attempts") << i;
  }
  EXPECT_EQ(why(log_in(kLater, request("alice", code("alice", kLater), "alice's laptop"))),
            "admitted");
}

TEST_F(LogIn, WhoGuessesWithTheRightCertificateIsSlowedDown) {
  const auto guess = request("alice", Secret(std::string_view("000000")), "alice's laptop");
  std::string last;
  for (int i = 0; i < 7; ++i) last = why(log_in(kLater, guess));
  EXPECT_EQ(last, "too-many-attempts");
  // The right code does not help then, and counts later.
  auto right = request("alice", code("alice", kLater), "alice's laptop");
  EXPECT_EQ(why(log_in(kLater, right)), "too-many-attempts");
  EXPECT_EQ(why(log_in(kLater + 2, right)), "admitted");
}

TEST_F(LogIn, ASuccessForgivesTheOwnersFailuresAndNotThoseOfTheSource) {
  const auto guess = request("alice", Secret(std::string_view("000000")), "alice's laptop");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(why(log_in(kLater, guess)), "wrong-code") << i;
  EXPECT_EQ(why(log_in(kLater, request("alice", code("alice", kLater), "alice's laptop"))),
            "admitted");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(why(log_in(kLater, guess)), "wrong-code") << i;
  const auto stranger = request("alice", Secret(std::string_view("1")), "");
  for (int i = 0; i < 11; ++i) EXPECT_EQ(why(log_in(kLater, stranger)), "no-certificate") << i;
  EXPECT_EQ(why(log_in(kLater, stranger)), "too-many-attempts") << "21 of this source";
}

TEST_F(LogIn, ManyGuessesInOneBatchAreCountedEach) {
  const std::vector<LoginRequest> guesses(
      10, request("alice", Secret(std::string_view("000000")), "alice's laptop"));
  const auto outcomes = desk.log_in(at(kLater), settings, guesses);
  EXPECT_EQ(std::ranges::count(outcomes, "wrong-code", [](const auto& one) { return why(one); }),
            6);
  EXPECT_EQ(refusals().size(), 6U);
}

TEST_F(LogIn, ASecondSessionOfADeviceReplacesTheFirst) {
  ASSERT_EQ(why(log_in(kLater, request("alice", code("alice", kLater), "alice's laptop"))),
            "admitted");
  const auto again = kLater + 60;
  ASSERT_EQ(why(log_in(again, request("alice", code("alice", again), "alice's laptop"))),
            "admitted");
  const auto living = desk.sessions(at(again), false).value();
  ASSERT_EQ(living.size(), 1U);
  EXPECT_EQ(living[0].started, again);
  const auto all = desk.sessions(at(again), true).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].reason, session::EndReason::replaced);
}

TEST_F(LogIn, ARecoveryCodeCountsOnceInPlaceOfTheOther) {
  const auto codes = desk.new_recovery_codes(at(kNow), "alice").value();
  ASSERT_EQ(codes.size(), 10U);
  EXPECT_EQ(why(log_in(kLater, request("alice", codes[3], "alice's laptop"))), "admitted");
  EXPECT_EQ(why(log_in(kLater, request("alice", codes[3], "alice's laptop"))), "wrong-code");
  EXPECT_EQ(why(log_in(kLater, request("bob", codes[4], "bob's laptop"))), "wrong-code");
  EXPECT_EQ(desk.users()->front().recovery_codes, 9U);
}

TEST_F(LogIn, ABypassCodeEnds) {
  const auto bypass = desk.new_bypass_code(at(kNow), "alice", 60).value();
  EXPECT_EQ(why(log_in(kNow + 3600, request("alice", bypass, "alice's laptop"))), "wrong-code");
  EXPECT_EQ(why(log_in(kNow + 3599, request("alice", bypass, "alice's laptop"))), "admitted");
  EXPECT_EQ(why(log_in(kNow + 3599, request("alice", bypass, "alice's laptop"))), "wrong-code");
}

TEST_F(LogIn, NoCodeOfBeforeTheStartCounts) {
  // As after a backup was restored, which has forgotten the use of this code.
  PeopleDesk anew(ports, kLater);
  auto old = request("alice", code("alice", kLater), "alice's laptop");
  EXPECT_EQ(why(anew.log_in(at(kLater), settings, std::span(&old, 1)).front()), "used-code");
  auto next = request("alice", code("alice", kLater + 30), "alice's laptop");
  EXPECT_EQ(why(anew.log_in(at(kLater + 30), settings, std::span(&next, 1)).front()), "admitted");
}

TEST_F(LogIn, WhatWasTypedInPlaceOfANameIsNotKept) {
  EXPECT_EQ(why(log_in(kLater, request("My Secret!", code("alice", kLater), "alice's laptop"))),
            "unknown-user");
  ASSERT_EQ(refusals().size(), 1U);
  EXPECT_EQ(refusals()[0].note.user, "");
}

TEST_F(LogIn, ADisabledUserLosesSessionsAndComesInNoMore) {
  ASSERT_EQ(why(log_in(kLater, request("alice", code("alice", kLater), "alice's laptop"))),
            "admitted");
  ASSERT_TRUE(desk.change_user(at(kLater), settings, "alice",
                               {.enabled = false, .display = {}, .groups = {}}));
  EXPECT_TRUE(desk.sessions(at(kLater), false)->empty());
  const auto again = kLater + 60;
  EXPECT_EQ(why(log_in(again, request("alice", code("alice", again), "alice's laptop"))),
            "user-disabled");
}

TEST_F(LogIn, ADisabledDeviceLosesItsSessionAndComesInNoMore) {
  ASSERT_EQ(why(log_in(kLater, request("alice", code("alice", kLater), "alice's laptop"))),
            "admitted");
  ASSERT_TRUE(desk.enable_device(at(kLater), "alice", "laptop", false));
  EXPECT_TRUE(desk.sessions(at(kLater), false)->empty());
  const auto again = kLater + 60;
  EXPECT_EQ(why(log_in(again, request("alice", code("alice", again), "alice's laptop"))),
            "device-disabled");
}

TEST_F(LogIn, AStoreThatFailsLetsNobodyIn) {
  SqliteStore broken({.database = folder / "nowhere/people.db",
                      .checkpoint = folder / "nowhere/checkpoint",
                      .key = folder / "nowhere/key"});
  PeopleDesk closed({.store = broken, .vault = vault, .judge = judge}, kNow);
  auto right = request("alice", code("alice", kLater), "alice's laptop");
  const auto outcome = std::move(closed.log_in(at(kLater), settings, std::span(&right, 1)).front());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().condition, Condition::user_store_failed);
}

TEST_F(LogIn, TheAuditOfAllThisIsWhole) {
  const auto right = request("alice", code("alice", kLater), "alice's laptop");
  ASSERT_EQ(why(log_in(kLater, right)), "admitted");
  ASSERT_EQ(why(log_in(kLater, right)), "used-code");
  const auto verdict = desk.verify_audit().value();
  EXPECT_EQ(verdict.fault, std::nullopt);
  const auto admitted =
      desk.audit({.user = "alice", .act = session::Act::login_admitted, .newest = 9}).value();
  ASSERT_EQ(admitted.size(), 1U);
  EXPECT_EQ(admitted[0].note.actor, "portal");
  EXPECT_EQ(admitted[0].note.source, "192.0.2.9");
}

TEST_F(LogIn, ByThePolicyOfTheCertificateNeedsNoCode) {
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", Secret(), "alice's laptop"))), "wrong-code");
  ASSERT_TRUE(desk.change_user(
      at(kLater), settings, "alice",
      {.enabled = {}, .display = {}, .groups = {}, .policy = session::Policy::certificate}));
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", Secret(), "alice's laptop"))), "admitted");
  EXPECT_EQ(why(log_in(kLater, request("alice", Secret(), "alice's laptop"))), "wrong-code")
      << "who does not sign";
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", Secret(), "bob's laptop"))),
            "device-of-another");
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", Secret(), ""))), "no-certificate");
  EXPECT_EQ(why(log_in(kLater, signed_request("bob", Secret(), "bob's laptop"))), "wrong-code");
  ASSERT_TRUE(desk.change_user(at(kLater), settings, "alice",
                               {.enabled = {},
                                .display = {},
                                .groups = {},
                                .policy = session::Policy::certificate_and_otp}));
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", Secret(), "alice's laptop"))), "wrong-code");
}

TEST_F(LogIn, TheDevicesPolicyGoesBeforeTheUsers) {
  judge.accept("machine");
  ASSERT_TRUE(desk.add_device(at(kLater), settings,
                              {.user = "alice",
                               .name = "machine",
                               .certificate = "machine",
                               .wireguard_key = "",
                               .policy = session::Policy::certificate}));
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", Secret(), "machine"))), "admitted");
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", Secret(), "alice's laptop"))), "wrong-code");
}

TEST_F(LogIn, ACodeThatIsNotAskedForIsNotUsedUp) {
  ASSERT_TRUE(desk.change_user(
      at(kLater), settings, "alice",
      {.enabled = {}, .display = {}, .groups = {}, .policy = session::Policy::certificate}));
  const auto codes = desk.new_recovery_codes(at(kNow), "alice").value();
  EXPECT_EQ(why(log_in(kLater, signed_request("alice", codes[0], "alice's laptop"))), "admitted");
  EXPECT_EQ(desk.users()->front().recovery_codes, 10U);
}

class Flood : public LogIn {
 protected:
  /// From an address each.
  void strangers(int count, session::WallTime now) {
    for (int i = 0; i < count; ++i) {
      auto stranger = request("alice", Secret(std::string_view("000000")), "");
      stranger.source = "2001:db8:" + std::to_string(++addresses) + "::1";
      ASSERT_EQ(why(log_in(now, stranger)), "no-certificate");
    }
  }
  [[nodiscard]] std::vector<session::AuditEntry> sums() {
    return desk.audit({.user = "", .act = session::Act::logins_refused, .newest = 99}).value();
  }
  int addresses = 0;
};

TEST_F(Flood, OfStrangersIsSummedUpAtTheEndOfItsMinute) {
  strangers(200, kLater);
  EXPECT_EQ(refusals().size(), session::StrangerLimit::kNoted);
  ASSERT_TRUE(desk.stored(at(kLater + 59)));
  EXPECT_TRUE(sums().empty());
  ASSERT_TRUE(desk.stored(at(kLater + 60)));
  ASSERT_TRUE(desk.stored(at(kLater + 120)));
  ASSERT_EQ(sums().size(), 1U);
  EXPECT_EQ(sums()[0].note.detail, "140 more refused logins of strangers");
  EXPECT_EQ(sums()[0].note.user, "");
  strangers(1, kLater + 121);
  EXPECT_EQ(refusals().size(), session::StrangerLimit::kNoted + 1U);
  EXPECT_EQ(desk.verify_audit()->fault, std::nullopt);
}

TEST_F(Flood, OfStrangersHidesNothingAboutAnOwnersDevice) {
  strangers(100, kLater);
  const auto before = refusals().size();
  EXPECT_EQ(
      why(log_in(kLater, request("alice", Secret(std::string_view("000000")), "alice's laptop"))),
      "wrong-code");
  EXPECT_EQ(why(log_in(kLater, request("bob", code("alice", kLater), "alice's laptop"))),
            "device-of-another");
  ASSERT_EQ(refusals().size(), before + 2);
  EXPECT_EQ(refusals().back().note.subject, "laptop");
}

TEST_F(Flood, OfCertificatesThatNobodyRegisteredIsOneOfStrangers) {
  judge.accept("unknown");
  for (int i = 0; i < 100; ++i) {
    auto stranger = request("alice", Secret(std::string_view("000000")), "unknown");
    stranger.source = "2001:db8:" + std::to_string(++addresses) + "::1";
    EXPECT_NE(why(log_in(kLater, stranger)), "admitted");
  }
  strangers(70, kLater);
  EXPECT_EQ(refusals().size(), session::StrangerLimit::kNoted);
}

TEST_F(Flood, IsStillCountedAgainstItsSources) {
  strangers(100, kLater);
  for (int i = 0; i < 21; ++i)
    std::ignore = log_in(kLater, request("alice", Secret(std::string_view("1")), ""));
  EXPECT_EQ(why(log_in(kLater, request("alice", Secret(std::string_view("1")), ""))),
            "too-many-attempts");
}

}  // namespace
}  // namespace kaido::test
