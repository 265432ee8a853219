// Logins of browsers through the portal: without a signature, by the portal's word.
#include <gtest/gtest.h>

#include "unit/door/world.hpp"

namespace kaido::test {
namespace {

using enum portal::Outcome;
using enum portal::Verb;

class Browser : public DoorWorld {
 protected:
  [[nodiscard]] portal::LogIn by_browser(const std::string& who) {
    return {.source = kHome,
            .user = who,
            .code = code(who, now()),
            .certificates = who + "'s laptop",
            .nonce = "",
            .wireguard_key = "",
            .signature = ""};
  }
  [[nodiscard]] portal::Answer answer(portal::Body question) {
    return std::get<portal::Answer>(ask(std::move(question)));
  }
  [[nodiscard]] static portal::OfSession by_browser(
      portal::Verb verb, const std::string& session,
      const std::string& certificate = "alice's laptop") {
    return {.verb = verb,
            .source = kHome,
            .certificates = certificate,
            .nonce = "",
            .session = session,
            .signature = ""};
  }
  /// Of a browser's refused login.
  [[nodiscard]] std::string fault_of(const portal::LogIn& question) {
    const auto refusal = answer(question);
    EXPECT_EQ(refusal.outcome, refused);
    return refusal.certificate;
  }
};

TEST_F(Browser, IsAdmittedWithoutASignatureAndToldOfThePersonsDevices) {
  judge.accept("alice's phone");
  ASSERT_TRUE(desk.add_device(
      at(kNow), settings,
      {.user = "alice", .name = "phone", .certificate = "alice's phone", .wireguard_key = kKey}));
  ASSERT_TRUE(desk.enable_device(at(kNow), "alice", "phone", false));
  const auto login = answer(by_browser("alice"));
  ASSERT_EQ(login.outcome, portal::Outcome::admitted);
  EXPECT_EQ(stored(login.session).door, session::Door::portal);
  EXPECT_EQ(login.user, "alice");
  EXPECT_EQ(login.device, "laptop");
  EXPECT_EQ(login.device_key, "");
  const auto state = answer(by_browser(portal::Verb::state, login.session));
  EXPECT_EQ(state.devices,
            "laptop\tenabled\t2000000000\tikev2\n"
            "phone\tdisabled\t2000000000\twireguard\n")
      << "and none of bob's";
  EXPECT_EQ(last_note().actor, "portal");
}

TEST_F(Browser, IsToldTheKeyThatIsRegistered) {
  ASSERT_EQ(outcome(ask(login("alice", kKey))), portal::Outcome::admitted);
  pass(std::chrono::seconds(60));
  EXPECT_EQ(answer(by_browser("alice")).device_key, kKey);
}

TEST_F(Browser, BringsNoKey) {
  auto question = by_browser("alice");
  question.wireguard_key = kKey;
  EXPECT_EQ(outcome(ask(question)), refused);
  EXPECT_EQ(device_of("alice").wireguard_key, std::nullopt);
  EXPECT_EQ(living(), 0U);
}

TEST_F(Browser, WithANonceHasLostItsSignature) {
  auto question = by_browser("alice");
  question.nonce = nonce();
  EXPECT_EQ(outcome(ask(question)), refused);
  EXPECT_EQ(living(), 0U);
}

TEST_F(Browser, NeedsTheCertificateOfThePersonsOwnDevice) {
  auto question = by_browser("alice");
  question.certificates = "bob's laptop";
  EXPECT_EQ(outcome(ask(question)), refused);
  EXPECT_EQ(last_note().detail, "device-of-another");
}

TEST_F(Browser, DoesNothingWithTheSessionOfAClient) {
  const auto id = open("alice");
  for (const auto verb : {state, extend, log_out})
    EXPECT_EQ(outcome(ask(by_browser(verb, id))), refused);
  EXPECT_EQ(living(), 1U);
}

TEST_F(Browser, LosesNothingToAClientOfTheSameDevice) {
  const auto id = answer(by_browser("alice")).session;
  for (const auto verb : {state, extend, log_out})
    EXPECT_EQ(outcome(ask(about(verb, id))), refused);
  EXPECT_EQ(living(), 1U);
  EXPECT_EQ(outcome(ask(by_browser(state, id))), portal::Outcome::admitted);
  EXPECT_EQ(outcome(ask(by_browser(log_out, id))), ended);
  EXPECT_EQ(living(), 0U);
}

TEST_F(Browser, OfAnotherDeviceDoesNothingWithIt) {
  const auto id = answer(by_browser("alice")).session;
  judge.accept("of no device");
  for (const auto& certificate : {"bob's laptop", "of no device", "nobody's", ""})
    EXPECT_EQ(outcome(ask(by_browser(log_out, id, certificate))), refused) << certificate;
  EXPECT_EQ(living(), 1U);
}

TEST_F(Browser, IsToldWhatIsWrongWithTheCertificateAndOfNothingElse) {
  auto question = by_browser("alice");
  question.certificates = "";
  EXPECT_EQ(fault_of(question), "no-certificate");
  question.user = "nobody";
  EXPECT_EQ(fault_of(question), "no-certificate") << "whoever it is";
  judge.accept("old");
  judge.facts["old"].fault = session::Refusal::certificate_expired;
  question.certificates = "old";
  EXPECT_EQ(fault_of(question), "certificate-expired");
  question.certificates = "alice's laptop";
  EXPECT_EQ(fault_of(question), "") << "unknown user";
  question.user = "alice";
  question.code = Secret(std::string_view("000000"));
  EXPECT_EQ(fault_of(question), "") << "wrong code";
  question.certificates = "bob's laptop";
  EXPECT_EQ(fault_of(question), "") << "another's device";
}

TEST_F(Browser, TellsAClientNothingOfItsCertificate) {
  judge.facts["alice's laptop"].fault = session::Refusal::certificate_expired;
  const auto refusal = answer(login("alice"));
  EXPECT_EQ(refusal.outcome, refused);
  EXPECT_EQ(refusal.certificate, "");
}

TEST_F(Browser, NeedsACodeWhateverThePolicy) {
  auto question = by_browser("alice");
  question.code = Secret();
  EXPECT_EQ(outcome(ask(question)), refused);
  ASSERT_TRUE(desk.change_user(
      at(kNow), settings, "alice",
      {.enabled = {}, .display = {}, .groups = {}, .policy = session::Policy::certificate}));
  EXPECT_EQ(outcome(ask(question)), refused) << "its certificate alone is public";
  auto machine = login("alice");
  machine.code = Secret();
  sign(machine);
  EXPECT_EQ(outcome(ask(machine)), portal::Outcome::admitted);
  auto forged = login("alice");
  forged.code = Secret();
  forged.signature = "forged";
  EXPECT_EQ(outcome(ask(forged)), refused) << "a client signs all the same";
}

/// The pre-shared key of WireGuard.
class SessionKey : public Browser {
 protected:
  [[nodiscard]] portal::Answer open_with_key(const std::string& who, const std::string& key) {
    return admitted(ask(login(who, key)));
  }
};

TEST_F(SessionKey, IsOfAClientThatBroughtItsOwnKey) {
  const auto client = open_with_key("alice", kKey);
  EXPECT_EQ(client.preshared_key.size(), 44U) << "base64 of 32 bytes";
  EXPECT_TRUE(answer(by_browser("bob")).preshared_key.empty());
  pass(std::chrono::seconds(60));
  EXPECT_TRUE(admitted(ask(login("alice"))).preshared_key.empty())
      << "who keeps a configuration has none in it";
}

TEST_F(SessionKey, StaysForAsLongAsItsSession) {
  const auto client = open_with_key("alice", kKey);
  EXPECT_EQ(admitted(ask(about(state, client.session))).preshared_key, client.preshared_key);
  pass(std::chrono::minutes(700));
  const auto extended = admitted(ask(about(extend, client.session)));
  EXPECT_GT(extended.ends, client.ends);
  EXPECT_EQ(extended.preshared_key, client.preshared_key);
  FileVault vault_anew(folder / "otp.key", [] { return true; });
  PeopleDesk anew({.store = store, .vault = vault_anew, .judge = judge}, now());
  const auto known = anew.stored(at(now())).value();
  ASSERT_TRUE(known.preshared_keys.contains(client.session)) << "after a restart";
  const auto bytes = known.preshared_keys.at(client.session).reveal().first<32>();
  EXPECT_EQ(Secret(std::string_view(to_base64(bytes))), client.preshared_key);
}

TEST_F(SessionKey, IsAnotherOneForEachSession) {
  const auto alice = open_with_key("alice", kKey);
  const auto bob = open_with_key("bob", kOtherKey);
  pass(std::chrono::seconds(60));
  const auto again = open_with_key("alice", kKey);
  EXPECT_NE(alice.preshared_key, bob.preshared_key);
  EXPECT_NE(alice.preshared_key, again.preshared_key);
  const auto known = desk.stored(at(now())).value();
  EXPECT_EQ(known.preshared_keys.size(), 2U) << "of those that live";
}

}  // namespace
}  // namespace kaido::test
