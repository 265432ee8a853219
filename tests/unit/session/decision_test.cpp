#include "core/session/decision.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "login.hpp"

namespace kaido::session::test {
namespace {

const std::vector<Failures> kNone{
    {.subject = "source:192.0.2.1"}, {.subject = "device:" + kHex}, {.subject = "user:alice"}};

Settings settings() { return {}; }

std::optional<Refusal> refusal(const Decision& decision) {
  const auto* const refused = std::get_if<Refused>(&decision);
  return refused == nullptr ? std::nullopt : std::optional(refused->why);
}

TEST(Login, ThatIsRightInEverythingOpensASession) {
  const auto decision = decide(login(), {.session_minutes = 60});
  const auto* const opening = std::get_if<Opening>(&decision);
  ASSERT_NE(opening, nullptr);
  EXPECT_EQ(opening->ends, kNow + 3600);
  const auto code = opening->code.value_or(CodeMatch{});
  EXPECT_EQ(code.kind, CodeKind::totp);
  EXPECT_EQ(code.step, 101U) << "to be used up";
}

TEST(Login, EndsWithTheHoursOfItsGroupInLocalTime) {
  auto facts = login();
  facts.utc_offset = 9 * 3600;
  auto account = alice();
  account.groups = {"staff"};
  facts.account = account;
  const auto decision =
      decide(facts, {.groups = {{.name = "staff", .hours = Hours{.from = 1200, .until = 1320}}}});
  const auto* const opening = std::get_if<Opening>(&decision);
  ASSERT_NE(opening, nullptr);
  EXPECT_EQ(opening->ends, at(2, 13)) << "22 o'clock there";
}

struct Spoiled {
  Refusal why;
  const char* how;
  std::function<void(LoginFacts&)> spoil;
  bool counted = true;
};

std::vector<Spoiled> spoiled_people() {
  return {
      {Refusal::unknown_device, "no device", [](auto& f) { f.device.reset(); }},
      {Refusal::unknown_device, "one with another certificate",
       [](auto& f) { f.device->fingerprint[31] = 1; }},
      {Refusal::unknown_user, "no account", [](auto& f) { f.account.reset(); }},
      {Refusal::unknown_user, "the account of another name", [](auto& f) { f.user = "alice2"; }},
      {Refusal::device_of_another, "Bob's device", [](auto& f) { f.device->user = "bob"; }},
      {Refusal::user_disabled, "disabled, with a wrong code",
       [](auto& f) {
         f.account->enabled = false;
         f.code.reset();
       }},
      {Refusal::user_disabled, "disabled, with a used code",
       [](auto& f) {
         f.account->enabled = false;
         f.used_step = 101;
       }},
      {Refusal::user_disabled, "disabled, with the right code",
       [](auto& f) { f.account->enabled = false; }, false},
      {Refusal::user_disabled, "both disabled, with the right code",
       [](auto& f) { f.account->enabled = f.device->enabled = false; }, false},
      {Refusal::device_disabled, "a disabled device", [](auto& f) { f.device->enabled = false; }},
  };
}

std::vector<Spoiled> spoiled_codes() {
  return {
      {Refusal::no_otp, "none", [](auto& f) { f.account->otp.reset(); }},
      {Refusal::no_otp, "none confirmed", [](auto& f) { f.account->otp_confirmed = false; }},
      {Refusal::no_otp, "none confirmed, and a code that fits nothing",
       [](auto& f) {
         f.account->otp_confirmed = false;
         f.code.reset();
       }},
      {Refusal::wrong_code, "fits nothing", [](auto& f) { f.code.reset(); }},
      {Refusal::used_code, "the step was used", [](auto& f) { f.used_step = 101; }},
      {Refusal::used_code, "a newer one was used", [](auto& f) { f.used_step = 102; }},
      {Refusal::outside_hours, "at noon", [](auto& f) { f.account->groups = {"night"}; }, false},
  };
}

std::vector<Spoiled> spoiled_certificates() {
  std::vector<Spoiled> cases;
  for (const auto fault :
       {Refusal::no_certificate, Refusal::certificate_invalid, Refusal::certificate_expired,
        Refusal::certificate_not_yet_valid, Refusal::certificate_revoked,
        Refusal::certificate_usage, Refusal::revocation_unknown})
    cases.push_back({fault, "certificate", [fault](auto& f) { f.certificate.fault = fault; }});
  return cases;
}

std::vector<Spoiled> spoiled() {
  auto cases = spoiled_certificates();
  for (const auto& more : {spoiled_people(), spoiled_codes()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

Settings with_night() {
  return {.groups = {{.name = "night", .hours = Hours{.from = 1200, .until = 300}}}};
}

TEST(Login, IsRefusedForEachReason) {
  for (const auto& [why, how, spoil, counted] : spoiled()) {
    auto facts = login();
    facts.failures = kNone;
    spoil(facts);
    const auto decision = decide(facts, with_night());
    const auto* const refused = std::get_if<Refused>(&decision);
    ASSERT_NE(refused, nullptr) << to_string(why) << ": " << how;
    EXPECT_STREQ(to_string(refused->why), to_string(why)) << how;
    EXPECT_EQ(refused->again, 0) << how;
    if (!counted) {
      EXPECT_TRUE(refused->failures.empty()) << to_string(why) << ": " << how;
      continue;
    }
    ASSERT_EQ(refused->failures.size(), 3U) << to_string(why) << ": " << how;
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_EQ(refused->failures[i],
                (Failures{.subject = kNone[i].subject, .count = 1, .last = kNow}));
  }
}

/// Each reason is told although everything after it is wrong too.
TEST(Login, IsRefusedForTheFirstReasonOfMany) {
  auto facts = login();
  facts.failures = kNone;
  facts.failures[1] = {.subject = kNone[1].subject, .count = 20, .last = kNow};
  facts.certificate.fault = Refusal::certificate_expired;
  facts.device.reset();
  facts.account.reset();
  facts.code.reset();
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::too_many_attempts);
  facts.failures = kNone;
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::certificate_expired);
  facts.certificate.fault.reset();
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::unknown_device);
  facts.device = device_of("bob");
  facts.device->enabled = false;
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::unknown_user);
  facts.account = User{.name = "alice", .enabled = false, .groups = {"night"}};
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::device_of_another);
  facts.device->user = "alice";
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::user_disabled);
  facts.account->enabled = true;
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::device_disabled);
  facts.device->enabled = true;
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::no_otp);
  facts.account->otp = OtpShape{};
  facts.account->otp_confirmed = true;
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::wrong_code);
  facts.code = CodeMatch{.step = 5};
  facts.used_step = 5;
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::used_code);
  facts.code->step = 6;
  EXPECT_EQ(refusal(decide(facts, with_night())), Refusal::outside_hours);
  facts.now = at(2, 20);
  EXPECT_EQ(refusal(decide(facts, with_night())), std::nullopt);
}

TEST(Login, ByARecoveryOrBypassCodeNeedsNoOneTimePassword) {
  for (const auto kind : {CodeKind::recovery, CodeKind::bypass}) {
    auto facts = login();
    facts.code = CodeMatch{.kind = kind, .hash = {7}};
    const auto with_otp = decide(facts, settings());
    ASSERT_TRUE(std::holds_alternative<Opening>(with_otp)) << "whatever step was used";
    const auto code = std::get<Opening>(with_otp).code.value_or(CodeMatch{});
    EXPECT_EQ(code.kind, kind);
    EXPECT_EQ(code.hash[0], 7);
    auto account = alice();
    account.otp_confirmed = false;
    facts.account = account;
    EXPECT_EQ(refusal(decide(facts, settings())), std::nullopt);
    account.otp.reset();
    facts.account = account;
    EXPECT_EQ(refusal(decide(facts, settings())), std::nullopt);
  }
}

TEST(Login, ThatFailsCountsOnTopOfWhatWasCounted) {
  auto facts = login();
  facts.code.reset();
  facts.failures = {{.subject = "user:alice", .count = 3, .last = kNow - 100},
                    {.subject = "source:192.0.2.1", .count = 4, .last = kNow - 86400}};
  const auto decision = decide(facts, settings());
  ASSERT_TRUE(std::holds_alternative<Refused>(decision));
  EXPECT_EQ(std::get<Refused>(decision).failures,
            (std::vector<Failures>{{.subject = "user:alice", .count = 4, .last = kNow},
                                   {.subject = "source:192.0.2.1", .count = 1, .last = kNow}}));
}

/// Alice's right login, spoiled or not, after these failures.
Decision after(std::vector<Failures> failures, const std::function<void(LoginFacts&)>& spoil = {}) {
  auto facts = login();
  facts.failures = std::move(failures);
  if (spoil) spoil(facts);
  return decide(facts, settings());
}

TEST(Limits, HoldUpARightLoginWithoutCountingIt) {
  for (const std::string subject : {"user:alice", "device:00"}) {
    EXPECT_EQ(refusal(after({{.subject = subject, .count = 6, .last = kNow - 1}})), std::nullopt)
        << "the second is over";
    EXPECT_EQ(refusal(after({{.subject = subject, .count = 5, .last = kNow}})), std::nullopt);
    const auto decision = after({{.subject = subject, .count = 6, .last = kNow}});
    ASSERT_TRUE(std::holds_alternative<Refused>(decision)) << subject;
    const auto& refused = std::get<Refused>(decision);
    EXPECT_EQ(refused.why, Refusal::too_many_attempts);
    EXPECT_EQ(refused.again, kNow + 1);
    EXPECT_TRUE(refused.failures.empty());
  }
}

TEST(Limits, TellWhenTheLastOfThemEnds) {
  for (const std::uint32_t user : {7U, 9U}) {
    const auto decision = after({{.subject = "user:alice", .count = user, .last = kNow},
                                 {.subject = "device:00", .count = 8, .last = kNow}});
    ASSERT_TRUE(std::holds_alternative<Refused>(decision));
    EXPECT_EQ(std::get<Refused>(decision).again, kNow + (user == 7 ? 4 : 8));
  }
}

TEST(Limits, AStrangerBehindTheSameAddressCannotLockAnOwnerOut) {
  const std::vector<Failures> hotel{{.subject = "source:192.0.2.1", .count = 1000, .last = kNow}};
  EXPECT_EQ(refusal(after(hotel)), std::nullopt);
  const std::vector<std::pair<const char*, std::function<void(LoginFacts&)>>> strangers{
      {"no valid certificate", [](auto& f) { f.certificate.fault = Refusal::certificate_revoked; }},
      {"an unknown device", [](auto& f) { f.device.reset(); }},
      {"a device of another certificate", [](auto& f) { f.device->fingerprint[0] = 9; }},
      {"somebody else's device", [](auto& f) { f.device->user = "bob"; }},
      {"a disabled device", [](auto& f) { f.device->enabled = false; }},
      {"an unknown user", [](auto& f) { f.account.reset(); }},
      {"another name", [](auto& f) { f.user = "bob"; }},
  };
  for (const auto& [who, spoil] : strangers)
    EXPECT_EQ(refusal(after(hotel, spoil)), Refusal::too_many_attempts) << who;
}

TEST(Limits, OfASourceBeginAtTwentyFailures) {
  const auto stranger = [](auto& f) { f.device.reset(); };
  EXPECT_EQ(refusal(after({{.subject = "source:x", .count = 20, .last = kNow}}, stranger)),
            Refusal::unknown_device);
  EXPECT_EQ(refusal(after({{.subject = "source:x", .count = 21, .last = kNow}}, stranger)),
            Refusal::too_many_attempts);
}

TEST(Limits, OfAnUnheardKindAreTheStrictest) {
  EXPECT_EQ(refusal(after({{.subject = "network:x", .count = 6, .last = kNow}})),
            Refusal::too_many_attempts);
}

const Subject kSource{.kind = SubjectKind::source, .name = "2001:db8::/64"};
const Subject kDevice{.kind = SubjectKind::device, .name = kHex};
const Subject kUser{.kind = SubjectKind::user, .name = "alice"};

std::vector<Subject> limited_after(const std::function<void(LoginFacts&)>& spoil) {
  auto facts = login();
  spoil(facts);
  return limited(facts, "2001:db8::7");
}

TEST(Limited, AreSourceDeviceAndUserOfAnOwner) {
  EXPECT_EQ(limited_after([](auto&) {}), (std::vector{kSource, kDevice, kUser}));
  EXPECT_EQ(limited_after([](auto& f) { f.code.reset(); }), (std::vector{kSource, kDevice, kUser}));
}

TEST(Limited, IsTheSourceAloneWithoutAValidCertificate) {
  for (const auto& [fault, how, spoil, counted] : spoiled_certificates())
    EXPECT_EQ(limited_after(spoil), std::vector{kSource}) << to_string(fault);
}

TEST(Limited, IsNoUserWithoutADeviceOfTheirs) {
  const std::vector without_user{kSource, kDevice};
  EXPECT_EQ(limited_after([](auto& f) { f.device.reset(); }), without_user);
  EXPECT_EQ(limited_after([](auto& f) { f.device->user = "bob"; }), without_user);
  EXPECT_EQ(limited_after([](auto& f) { f.device->fingerprint[5] = 1; }), without_user);
  EXPECT_EQ(limited_after([](auto& f) { f.account.reset(); }), without_user);
  EXPECT_EQ(limited_after([](auto& f) { f.user = "bob"; }), without_user);
}

/// A login as the caller does it: reads what is known of the subjects, decides, keeps the failures.
struct Gate {
  std::vector<Failures> kept;

  std::optional<Refusal> attempt(LoginFacts facts, const char* source) {
    for (const auto& subject : limited(facts, source)) {
      const auto known = std::ranges::find(kept, subject.key(), &Failures::subject);
      facts.failures.push_back(known == kept.end() ? Failures{.subject = subject.key()} : *known);
    }
    const auto decision = decide(facts, {});
    if (const auto* const refused = std::get_if<Refused>(&decision))
      for (const auto& failures : refused->failures) {
        std::erase_if(kept, [&](const auto& old) { return old.subject == failures.subject; });
        kept.push_back(failures);
      }
    return refusal(decision);
  }
};

TEST(Limits, NobodyWithoutACertificateOfTheOwnersCanLockTheOwnerOut) {
  Gate gate;
  auto bobs = login();
  bobs.device = Device{.user = "bob", .name = "phone", .fingerprint = {9}};
  bobs.certificate.fingerprint = {9};
  auto bare = login();
  bare.certificate = {};
  bare.device.reset();
  for (int i = 0; i < 1000; ++i) {
    EXPECT_NE(gate.attempt(bobs, "192.0.2.1"), std::nullopt);
    EXPECT_NE(gate.attempt(bare, "192.0.2.1"), std::nullopt);
    EXPECT_NE(gate.attempt(bare, "2001:db8::1"), std::nullopt);
  }
  EXPECT_EQ(gate.attempt(bare, "2001:db8::2"), Refusal::too_many_attempts) << "the same /64";
  EXPECT_EQ(gate.attempt(bobs, "192.0.2.9"), Refusal::too_many_attempts) << "Bob's device";
  EXPECT_EQ(gate.attempt(login(), "192.0.2.1"), std::nullopt);
  EXPECT_EQ(gate.attempt(login(), "2001:db8::1"), std::nullopt);
}

TEST(Limits, AThiefOfADeviceMayGuessSixTimes) {
  Gate gate;
  auto thief = login();
  thief.code.reset();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(gate.attempt(thief, "192.0.2.1"), Refusal::wrong_code) << i;
  EXPECT_EQ(gate.attempt(thief, "203.0.113.1"), Refusal::too_many_attempts) << "from anywhere";
  EXPECT_EQ(gate.attempt(login(), "203.0.113.1"), Refusal::too_many_attempts)
      << "not even with a lucky guess";
}

TEST(Policy, IsTheDevicesOrElseTheUsers) {
  using enum Policy;
  auto user = alice();
  auto device = device_of("alice");
  EXPECT_EQ(policy_of(user, device), certificate_and_otp) << "unless told";
  user.policy = certificate;
  EXPECT_EQ(policy_of(user, device), certificate);
  device.policy = certificate_and_otp;
  EXPECT_EQ(policy_of(user, device), certificate_and_otp);
  user.policy = certificate_and_otp;
  device.policy = certificate;
  EXPECT_EQ(policy_of(user, device), certificate);
}

TEST(Policy, OfTheCertificateAloneLooksAtNoCode) {
  auto facts = login();
  facts.door = Door::client;
  facts.device->policy = Policy::certificate;
  facts.account->otp.reset();
  facts.code.reset();
  auto decision = decide(facts, {});
  ASSERT_TRUE(std::holds_alternative<Opening>(decision));
  EXPECT_EQ(std::get<Opening>(decision).code, std::nullopt);
  facts.code = CodeMatch{.kind = CodeKind::recovery, .hash = {7}};
  decision = decide(facts, {});
  ASSERT_TRUE(std::holds_alternative<Opening>(decision));
  EXPECT_EQ(std::get<Opening>(decision).code, std::nullopt) << "it is not used up";
}

TEST(Policy, SparesTheCodeOnlyWhereTheDeviceHasSigned) {
  auto facts = login();
  facts.account->policy = Policy::certificate;
  facts.device->policy = Policy::certificate;
  facts.code.reset();
  for (const auto door : {Door::portal, Door::radius, Door::ticket}) {
    facts.door = door;
    EXPECT_EQ(refusal(decide(facts, {})), Refusal::wrong_code) << to_string(door);
  }
}

TEST(Policy, OfSomebodyElseSparesNobodyTheCode) {
  auto facts = login();
  facts.door = Door::client;
  facts.code.reset();
  facts.account->policy = Policy::certificate;
  facts.device->policy = Policy::certificate;
  facts.account->name = "bob";
  EXPECT_EQ(refusal(decide(facts, {})), Refusal::unknown_user);
  facts.account->name = "alice";
  facts.device->user = "bob";
  EXPECT_EQ(refusal(decide(facts, {})), Refusal::device_of_another);
}

}  // namespace
}  // namespace kaido::session::test
