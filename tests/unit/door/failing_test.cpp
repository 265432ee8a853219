// Whatever call of the store or the vault fails, nobody comes in by it and nothing half done stays.
#include "unit/door/failing.hpp"

#include <gtest/gtest.h>

#include <tuple>

#include "unit/door/world.hpp"

namespace kaido::test {
namespace {

class Failing : public DoorWorld {
 protected:
  [[nodiscard]] LoginRequest right() {
    const auto question = login("alice", kKey);
    return {.user = question.user,
            .code = question.code,
            .certificates = question.certificates,
            .door = session::Door::client,
            .source = kHome,
            .wireguard_key = question.wireguard_key,
            .signed_text = portal::login_text(question.nonce, "tokyo", "alice", kKey),
            .signature = question.signature};
  }
  [[nodiscard]] Result<LoginOutcome> log_in_at_once(const LoginRequest& request) {
    return std::move(failing.log_in(at(now()), settings, std::span(&request, 1)).front());
  }
  [[nodiscard]] SessionRequest about_it(portal::Verb verb, const std::string& id) {
    const auto question = about(verb, id);
    return {.verb = verb,
            .door = session::Door::client,
            .id = id,
            .certificates = question.certificates,
            .source = kHome,
            .signed_text = portal::session_text(question.nonce, "tokyo", verb, id),
            .signature = question.signature};
  }
  /// `work` with each of its calls failing once, until none of them is left: how many there were.
  template <typename Work>
  [[nodiscard]] std::size_t with_each_call_failing(const Work& work) {
    std::size_t calls = 0;
    for (std::size_t call = 1; call < 100; ++call) {
      trouble.at(call);
      work();
      if (!trouble.came()) break;
      calls = call;
    }
    trouble.at(0);
    return calls;
  }

  Trouble trouble;
  FailingStore failing_store{store, trouble};
  FailingVault failing_vault{vault, trouble};
  PeopleDesk failing{{.store = failing_store, .vault = failing_vault, .judge = judge}, kNow - 3600};
};

TEST_F(Failing, ALoginOpensNothingUntilAllOfItHolds) {
  const auto request = right();
  const auto calls = with_each_call_failing([&] {
    const auto outcome = log_in_at_once(request);
    if (!trouble.came()) {
      EXPECT_EQ(why(outcome), "admitted");
      return;
    }
    ASSERT_FALSE(outcome) << why(outcome);
    EXPECT_TRUE(outcome.error().condition == Condition::user_store_failed ||
                outcome.error().condition == Condition::otp_key_unusable);
    EXPECT_EQ(living(), 0U);
    EXPECT_EQ(device_of("alice").wireguard_key, std::nullopt);
  });
  EXPECT_GE(calls, 9U) << "account, device, password, code, failures, id, key, commit";
  EXPECT_EQ(living(), 1U);
}

TEST_F(Failing, OneThatCannotBeNotedIsNotRefusedButUnanswered) {
  auto request = right();
  request.code = Secret(std::string_view("000000"));
  std::ignore = with_each_call_failing([&] {
    const auto outcome = log_in_at_once(request);
    EXPECT_EQ(outcome.has_value(), !trouble.came());
    EXPECT_NE(why(outcome), "admitted");
  });
}

/// The second of two is refused late, by the store: that is written by itself.
TEST_F(Failing, ALateRefusalIsNotedOrUnanswered) {
  const auto request = right();
  auto other = request;
  other.wireguard_key = kOtherKey;
  const auto nonce_of_other = nonce();
  other.signed_text = portal::login_text(nonce_of_other, "tokyo", "alice", kOtherKey);
  other.signature = FakeJudge::sign(other.certificates, other.signed_text);
  const std::vector<LoginRequest> both{request, other};
  std::ptrdiff_t admitted = 0;
  std::ignore = with_each_call_failing([&] {
    const auto outcomes = failing.log_in(at(now()), settings, both);
    ASSERT_EQ(outcomes.size(), 2U);
    for (const auto& outcome : outcomes) admitted += why(outcome) == "admitted" ? 1 : 0;
    EXPECT_LE(admitted, 1) << "one code";
    EXPECT_EQ(living(), static_cast<std::size_t>(admitted));
  });
}

TEST_F(Failing, AQuestionAboutASessionChangesNothing) {
  const auto id = admitted(ask(login("alice", kKey))).session;
  pass(std::chrono::minutes(700));
  const auto before = stored(id);
  for (const auto verb : {portal::Verb::state, portal::Verb::extend, portal::Verb::log_out}) {
    const auto calls = with_each_call_failing([&] {
      const auto outcome = failing.of_session(at(now()), settings, about_it(verb, id));
      EXPECT_EQ(outcome.has_value(), !trouble.came());
      EXPECT_TRUE(!trouble.came() || stored(id).ended == 0);
    });
    EXPECT_GE(calls, 3U) << "device, session, user";
  }
  EXPECT_GT(stored(id).ends, before.ends);
  EXPECT_EQ(stored(id).reason, session::EndReason::logged_out);
}

TEST_F(Failing, ABrowserIsToldOfAllDevicesOrOfNothing) {
  const auto by_browser = request("alice", code("alice", now()), "alice's laptop");
  const auto login = log_in(now(), by_browser);
  ASSERT_EQ(why(login), "admitted");
  const SessionRequest question{.verb = portal::Verb::state,
                                .door = session::Door::portal,
                                .id = std::get<Admitted>(*login).session.id,
                                .certificates = "alice's laptop",
                                .source = kHome,
                                .signed_text = "",
                                .signature = ""};
  const auto calls = with_each_call_failing([&] {
    const auto outcome = failing.of_session(at(now()), settings, question);
    EXPECT_EQ(outcome.has_value(), !trouble.came());
  });
  EXPECT_EQ(calls, 4U) << "device, session, user, devices";
}

TEST_F(Failing, ANonceIsWholeOrNone) {
  const auto calls = with_each_call_failing([&] {
    const auto made = failing.make_nonce();
    EXPECT_EQ(made.has_value(), !trouble.came());
    EXPECT_TRUE(trouble.came() || made->size() == 64);
  });
  EXPECT_EQ(calls, 2U);
}

TEST_F(Failing, WhatIsAdmittedIsKnownInAllOrNot) {
  ASSERT_EQ(outcome(ask(login("alice", kKey))), portal::Outcome::admitted);
  // The first call is that which ends what ran out: nobody waits for it.
  trouble.at(1);
  EXPECT_TRUE(failing.stored(at(now())));
  for (std::size_t call = 2; call <= 4; ++call) {
    trouble.at(call);
    EXPECT_FALSE(failing.stored(at(now()))) << call;
  }
  // The last is that for the pre-shared key: without it this session does not come in.
  trouble.at(5);
  EXPECT_TRUE(failing.stored(at(now()))->sessions.empty());
  trouble.at(6);
  EXPECT_EQ(failing.stored(at(now()))->sessions.size(), 1U);
}

}  // namespace
}  // namespace kaido::test
