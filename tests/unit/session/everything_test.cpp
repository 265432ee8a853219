// Every combination of what a login can be: only one kind of them opens a session.
#include <gtest/gtest.h>

#include "login.hpp"

namespace kaido::session::test {
namespace {

enum class Owner : std::uint8_t { none, own, other, disabled, another_certificate };
enum class Account : std::uint8_t { none, disabled, enabled, another_name };
enum class Otp : std::uint8_t { none, unconfirmed, confirmed };
enum class Code : std::uint8_t { none, fresh, used, recovery, bypass };
/// Of the user, and of the device where it has one.
enum class Asked : std::uint8_t { code, no_code, no_code_by_device, code_by_device };

struct Combination {
  std::optional<Refusal> fault;
  Owner owner = Owner::own;
  Account account = Account::enabled;
  Otp otp = Otp::confirmed;
  Code code = Code::fresh;
  Asked asked = Asked::code;
  bool in_hours = true;
  bool user_blocked = false;
  bool device_blocked = false;
  bool source_blocked = false;
};

const std::vector<std::optional<Refusal>> kFaults{std::nullopt,
                                                  Refusal::no_certificate,
                                                  Refusal::certificate_invalid,
                                                  Refusal::certificate_expired,
                                                  Refusal::certificate_not_yet_valid,
                                                  Refusal::certificate_revoked,
                                                  Refusal::certificate_usage,
                                                  Refusal::revocation_unknown};

template <typename Visit>
void for_each_person(const Visit& visit) {
  for (const auto& fault : kFaults)
    for (const auto owner :
         {Owner::none, Owner::own, Owner::other, Owner::disabled, Owner::another_certificate})
      for (const auto account :
           {Account::none, Account::disabled, Account::enabled, Account::another_name})
        visit(Combination{.fault = fault, .owner = owner, .account = account});
}

template <typename Visit>
void for_each_combination(const Visit& visit) {
  for_each_person([&](Combination c) {
    for (const auto otp : {Otp::none, Otp::unconfirmed, Otp::confirmed})
      for (const auto code : {Code::none, Code::fresh, Code::used, Code::recovery, Code::bypass})
        for (unsigned bits = 0; bits < 64; ++bits) {
          c.otp = otp;
          c.code = code;
          c.in_hours = (bits & 1U) != 0;
          c.user_blocked = (bits & 2U) != 0;
          c.device_blocked = (bits & 4U) != 0;
          c.source_blocked = (bits & 8U) != 0;
          c.asked = static_cast<Asked>(bits >> 4U);
          visit(c);
        }
  });
}

std::optional<CodeMatch> match(Code code) {
  switch (code) {
    case Code::none:
      return std::nullopt;
    case Code::fresh:
      return CodeMatch{.kind = CodeKind::totp, .step = 101};
    case Code::used:
      return CodeMatch{.kind = CodeKind::totp, .step = 100};
    case Code::recovery:
      return CodeMatch{.kind = CodeKind::recovery};
    case Code::bypass:
      return CodeMatch{.kind = CodeKind::bypass};
  }
  return std::nullopt;
}

std::optional<Device> device_of(Owner owner, Asked asked) {
  if (owner == Owner::none) return std::nullopt;
  auto device = test::device_of(owner == Owner::other ? "bob" : "alice");
  if (asked == Asked::no_code_by_device) device.policy = Policy::certificate;
  if (asked == Asked::code_by_device) device.policy = Policy::certificate_and_otp;
  device.enabled = owner != Owner::disabled;
  if (owner == Owner::another_certificate) device.fingerprint[0] = 0xee;
  return device;
}

std::optional<User> account_of(Account kind, Otp otp, Asked asked) {
  if (kind == Account::none) return std::nullopt;
  auto account = alice();
  if (asked == Asked::no_code || asked == Asked::code_by_device)
    account.policy = Policy::certificate;
  account.groups = {"noon", "night"};
  account.enabled = kind != Account::disabled;
  if (kind == Account::another_name) account.name = "bob";
  if (otp == Otp::none) account.otp.reset();
  account.otp_confirmed = otp == Otp::confirmed;
  return account;
}

LoginFacts facts_of(const Combination& c) {
  auto facts = login();
  facts.door = Door::client;
  facts.certificate.fault = c.fault;
  facts.device = device_of(c.owner, c.asked);
  facts.account = account_of(c.account, c.otp, c.asked);
  facts.code = match(c.code);
  for (const auto& subject : limited(facts, "192.0.2.1")) {
    const bool blocked = (subject.kind == SubjectKind::user && c.user_blocked) ||
                         (subject.kind == SubjectKind::device && c.device_blocked) ||
                         (subject.kind == SubjectKind::source && c.source_blocked);
    facts.failures.push_back(
        {.subject = subject.key(), .count = blocked ? 40U : 0U, .last = blocked ? kNow : 0});
  }
  return facts;
}

Settings settings_of(const Combination& c) {
  const auto noon =
      c.in_hours ? Hours{.from = 720, .until = 721} : Hours{.from = 721, .until = 720};
  return {.groups = {{.name = "noon", .hours = Hours{noon.from, noon.until, 0x04}},
                     {.name = "night", .hours = Hours{.from = 1320, .until = 60}}}};
}

bool needs_no_code(const Combination& c) {
  return c.asked == Asked::no_code || c.asked == Asked::no_code_by_device;
}

/// The code is one that this person has and has not used, or none is asked for.
bool right_code(const Combination& c) {
  if (needs_no_code(c)) return true;
  if (c.code == Code::recovery || c.code == Code::bypass) return true;
  return c.code == Code::fresh && c.otp == Otp::confirmed;
}

/// ID, code and the certificate of the person's own device, at a time and a rate that are allowed.
bool is_right(const Combination& c) {
  return c.account == Account::enabled && right_code(c) && !c.fault && c.owner == Owner::own &&
         c.in_hours && !c.user_blocked && !c.device_blocked;
}

/// The account of that name, with one of its devices, whatever is disabled.
bool is_owner(const Combination& c) {
  const bool mine = c.owner == Owner::own || c.owner == Owner::disabled;
  return !c.fault && mine && (c.account == Account::enabled || c.account == Account::disabled);
}

bool is_blocked(const Combination& c) {
  const bool spared = is_owner(c) && c.owner == Owner::own;
  return (c.source_blocked && !spared) || (c.device_blocked && !c.fault) ||
         (c.user_blocked && spared);
}

void expect_counted(const Combination& c, const LoginFacts& facts, const Refused& refused) {
  const bool spared = is_blocked(c) || refused.why == Refusal::outside_hours ||
                      (is_owner(c) && c.account == Account::disabled && right_code(c));
  ASSERT_EQ(refused.failures.size(), spared ? 0 : facts.failures.size());
  for (std::size_t i = 0; i < refused.failures.size(); ++i) {
    EXPECT_EQ(refused.failures[i].subject, facts.failures[i].subject);
    EXPECT_EQ(refused.failures[i].count, facts.failures[i].count + 1);
    EXPECT_EQ(refused.failures[i].last, kNow);
  }
}

TEST(Login, OpensOnlyWithIdCodeAndTheCertificateOfThatPersonTogether) {
  std::size_t combinations = 0;
  std::size_t openings = 0;
  for_each_combination([&](const Combination& c) {
    const auto decision = decide(facts_of(c), settings_of(c));
    ++combinations;
    openings += std::holds_alternative<Opening>(decision) ? 1U : 0U;
    ASSERT_EQ(std::holds_alternative<Opening>(decision), is_right(c))
        << "device " << int(c.owner) << ", account " << int(c.account) << ", otp " << int(c.otp)
        << ", code " << int(c.code) << ", asked " << int(c.asked)
        << (c.fault ? to_string(*c.fault) : ", valid");
    const auto* const opening = std::get_if<Opening>(&decision);
    ASSERT_TRUE(opening == nullptr || opening->code.has_value() != needs_no_code(c))
        << "what counts is used up";
  });
  EXPECT_EQ(combinations, 8U * 5 * 4 * 3 * 5 * 64);
  EXPECT_EQ(openings, 2U * (2 * 7 + 2 * 15))
      << "blocked source or not; seven pairs of OTP and right code, or all where none is asked for";
}

TEST(Login, IsHeldUpExactlyByTheLimitsThatApplyToIt) {
  for_each_combination([](const Combination& c) {
    const auto decision = decide(facts_of(c), settings_of(c));
    const auto* const refused = std::get_if<Refused>(&decision);
    const bool held = refused != nullptr && refused->why == Refusal::too_many_attempts;
    ASSERT_EQ(held, is_blocked(c));
    if (refused == nullptr) return;
    ASSERT_EQ(refused->again, held ? kNow + 900 : 0);
  });
}

TEST(Login, CountsEveryFailureAndNothingElse) {
  for_each_combination([](const Combination& c) {
    const auto facts = facts_of(c);
    const auto decision = decide(facts, settings_of(c));
    if (const auto* const refused = std::get_if<Refused>(&decision))
      expect_counted(c, facts, *refused);
  });
}

}  // namespace
}  // namespace kaido::session::test
