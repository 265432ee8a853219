// The WireGuard key that a client logs in with.
#include <gtest/gtest.h>

#include <algorithm>

#include "login.hpp"

namespace kaido::session::test {
namespace {

const std::string kKey = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
const std::string kOther = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

LoginFacts login_with(const std::string& key, const std::string& registered = "") {
  auto facts = login();
  facts.wireguard_key = key;
  facts.device->wireguard_key = parse_wireguard_key(registered);
  facts.failures = {{.subject = "source:192.0.2.1"}};
  return facts;
}

/// The key that the device gets; fails when the login is refused.
std::optional<WireGuardKey> first_key(const LoginFacts& facts) {
  const auto decision = decide(facts, {});
  const auto* const opening = std::get_if<Opening>(&decision);
  EXPECT_NE(opening, nullptr);
  return opening == nullptr ? std::nullopt : opening->first_key;
}

Refused refused(const LoginFacts& facts) {
  const auto decision = decide(facts, {});
  EXPECT_TRUE(std::holds_alternative<Refused>(decision));
  return std::holds_alternative<Refused>(decision) ? std::get<Refused>(decision) : Refused{};
}

TEST(Key, TheFirstOneIsRegistered) {
  EXPECT_EQ(first_key(login_with(kKey)), parse_wireguard_key(kKey));
}

TEST(Key, TheRegisteredOneIsNotRegisteredAgain) {
  EXPECT_EQ(first_key(login_with(kKey, kKey)), std::nullopt);
}

TEST(Key, NoneIsNeeded) {
  EXPECT_EQ(first_key(login_with("")), std::nullopt);
  EXPECT_EQ(first_key(login_with("", kKey)), std::nullopt);
}

TEST(Key, AnotherOneIsRefusedAndNotCounted) {
  const auto outcome = refused(login_with(kOther, kKey));
  EXPECT_EQ(outcome.why, Refusal::key_differs);
  EXPECT_TRUE(outcome.failures.empty()) << "the person proved who they are";
}

TEST(Key, WhatIsNoKeyIsRefused) {
  for (const std::string text : {"key", "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg", " ",
                                 "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n"}) {
    EXPECT_EQ(refused(login_with(text)).why, Refusal::key_differs) << text;
    EXPECT_EQ(refused(login_with(text, kKey)).why, Refusal::key_differs) << text;
  }
}

TEST(Key, DoesNotReplaceAnythingElse) {
  auto facts = login_with(kKey, kKey);
  facts.code.reset();
  EXPECT_EQ(refused(facts).why, Refusal::wrong_code);
  facts = login_with(kOther, kKey);
  facts.code.reset();
  EXPECT_EQ(refused(facts).why, Refusal::wrong_code) << "whoever guesses is counted";
  EXPECT_EQ(refused(facts).failures.size(), 1U);
  facts = login_with(kKey, kKey);
  facts.certificate.fault = Refusal::certificate_revoked;
  EXPECT_EQ(refused(facts).why, Refusal::certificate_revoked);
}

}  // namespace
}  // namespace kaido::session::test
