// The contract of UserStore: people, their one-time passwords, codes and failures.
#include <fstream>

#include "world.hpp"

namespace kaido {
namespace {

using session::Act;
using People = UserStoreContract;

StoredCode code_of(std::uint8_t seed, bool bypass,
                   std::optional<session::WallTime> until = std::nullopt) {
  StoredCode code{.hash = {}, .bypass = bypass, .until = until};
  code.hash.fill(seed);
  return code;
}
std::array<std::uint8_t, 32> hash_of(std::uint8_t seed) { return code_of(seed, false).hash; }

TEST_F(People, ComeBackAsTheyWereAddedAndByName) {
  auto bob = user_named("bob");
  bob.display = "Bob 'the \"Ω\"'; DROP TABLE users; --";
  bob.enabled = false;
  bob.groups = {"admins", "office"};
  bob.policy = session::Policy::certificate;
  ASSERT_TRUE(change(change::AddUser{bob}));
  ASSERT_TRUE(change(change::AddUser{user_named("alice")}));
  reopen();
  EXPECT_EQ(store().users().value(), (std::vector{user_named("alice"), bob}));
  EXPECT_EQ(store().user("bob").value(), bob);
  EXPECT_EQ(store().user("carol").value(), std::nullopt);
}

TEST_F(People, TextKeepsEveryByteOfIt) {
  auto user = user_named("alice");
  user.display = std::string("a\0b\n\xff", 5);
  ASSERT_TRUE(change(change::AddUser{user}));
  EXPECT_EQ(store().user("alice").value()->display, user.display);
}

TEST_F(People, ANameIsTakenOnce) {
  with_user("alice");
  expect_error(change(change::AddUser{user_named("alice")}), Condition::already_exists,
               "user \"alice\"");
}

TEST_F(People, AreChangedButNotInNameOrAge) {
  with_user("alice");
  ASSERT_TRUE(change(change::SetOtp{.user = "alice", .otp = sealed_otp()}));
  auto changed = user_named("alice");
  changed.display = "";
  changed.enabled = false;
  changed.groups = {"field", "vpn"};
  changed.policy = session::Policy::certificate;
  changed.created = 1;
  ASSERT_TRUE(change(change::SetUser{changed}));
  changed.created = kNow;
  changed.otp = sealed_otp().shape;
  EXPECT_EQ(store().user("alice").value(), changed);
  expect_error(change(change::SetUser{user_named("bob")}), Condition::not_found, "user \"bob\"");
}

TEST_F(People, WhoIsRemovedLeavesOnlySessions) {
  with_user("alice");
  with_user("bob");
  const auto laptop = device_named("alice", "laptop", 7);
  std::string fingerprint;
  for (int i = 0; i < 32; ++i) fingerprint += "07";
  const std::vector<std::string> subjects{"user:alice", "device:" + fingerprint, "user:bob"};
  ASSERT_TRUE(commit(
      {.changes = {change::SetOtp{.user = "alice", .otp = sealed_otp()},
                   change::SetCodes{"alice", false, {code_of(1, false)}}, change::AddDevice{laptop},
                   change::OpenSession{session_named("s1", "alice", "laptop")}},
       .notes = {}}));
  for (const auto& subject : subjects)
    ASSERT_TRUE(change(change::SetFailures{{.subject = subject, .count = 2, .last = kNow}}));
  ASSERT_TRUE(change(change::RemoveUser{"alice"}));
  EXPECT_EQ(names(), std::vector<std::string>{"bob"});
  EXPECT_TRUE(store().devices()->empty());
  EXPECT_EQ(store().otp("alice").value(), std::nullopt);
  EXPECT_TRUE(store().codes("alice")->empty());
  EXPECT_EQ(store().failures(subjects)->size(), 1);
  EXPECT_TRUE(store().session("s1").value().has_value());
  expect_error(change(change::RemoveUser{"alice"}), Condition::not_found, "user \"alice\"");
  with_user("bert");
  auto again = device_named("bert", "laptop", 7);
  EXPECT_TRUE(change(change::AddDevice{again})) << "the key and the addresses are free again";
}

TEST_F(People, AOneTimePasswordIsNewWhenItReplacesAnother) {
  with_user("alice");
  auto otp = sealed_otp();
  ASSERT_TRUE(change(change::SetOtp{.user = "alice", .otp = otp}));
  ASSERT_TRUE(change(change::ConfirmOtp{"alice"}));
  ASSERT_TRUE(change(change::UseStep{.user = "alice", .step = 77}));
  otp.used_step = 77;
  otp.confirmed = true;
  EXPECT_EQ(store().otp("alice").value(), otp);
  EXPECT_TRUE(store().user("alice").value()->otp_confirmed);

  ASSERT_TRUE(change(change::SetOtp{
      .user = "alice", .otp = {.sealed = {9}, .shape = {}, .used_step = 5, .confirmed = true}}));
  const StoredOtp fresh{.sealed = {9}, .shape = {}, .used_step = 0, .confirmed = false};
  EXPECT_EQ(store().otp("alice").value(), fresh);
  EXPECT_FALSE(store().user("alice").value()->otp_confirmed);
  EXPECT_EQ(store().user("alice").value()->otp, session::OtpShape{});
}

TEST_F(People, WithoutAOneTimePasswordThereIsNothingToConfirmOrUse) {
  expect_error(change(change::SetOtp{.user = "alice", .otp = sealed_otp()}), Condition::not_found,
               "user \"alice\"");
  expect_error(change(change::ConfirmOtp{"alice"}), Condition::not_found, "user \"alice\"");
  with_user("alice");
  expect_error(change(change::ConfirmOtp{"alice"}), Condition::not_found,
               "one-time password of user \"alice\"");
  expect_error(change(change::UseStep{.user = "alice", .step = 3}), Condition::not_found,
               "one-time password of user \"alice\"");
}

TEST_F(People, AStepIsUsedOnceAndNoneBeforeItLater) {
  with_user("alice");
  ASSERT_TRUE(change(change::SetOtp{.user = "alice", .otp = sealed_otp()}));
  EXPECT_TRUE(change(change::UseStep{.user = "alice", .step = 100}));
  for (const auto step :
       {std::uint64_t{100}, std::uint64_t{99}, std::uint64_t{0}, ~std::uint64_t{0}}) {
    const auto used = change(change::UseStep{.user = "alice", .step = step});
    ASSERT_FALSE(used) << step;
    EXPECT_EQ(used.error().condition, Condition::login_refused);
  }
  EXPECT_TRUE(change(change::UseStep{.user = "alice", .step = 101}));
}

TEST_F(People, CodesOfOneKindReplaceTheirKindOnly) {
  with_user("alice");
  ASSERT_TRUE(change(change::SetCodes{"alice", false, {code_of(1, false), code_of(2, false)}}));
  ASSERT_TRUE(change(change::SetCodes{"alice", true, {code_of(3, true, kNow + 60)}}));
  EXPECT_EQ(store().user("alice").value()->recovery_codes, 2);
  EXPECT_EQ(store().user("alice").value()->bypass_until, kNow + 60);
  EXPECT_EQ(store().users()->front(), store().user("alice").value());
  ASSERT_TRUE(change(change::SetCodes{"alice", false, {code_of(4, false)}}));
  EXPECT_EQ(store().codes("alice").value(),
            (std::vector{code_of(4, false), code_of(3, true, kNow + 60)}));
  ASSERT_TRUE(change(change::SetCodes{"alice", true, {}}));
  EXPECT_EQ(store().user("alice").value()->bypass_until, std::nullopt);
  expect_error(change(change::SetCodes{"bob", false, {}}), Condition::not_found, "user \"bob\"");
}

TEST_F(People, ACodeIsUsedOnceByItsOwnerAndInItsTime) {
  with_user("alice");
  with_user("bob");
  ASSERT_TRUE(change(change::SetCodes{"alice", false, {code_of(1, false)}}));
  ASSERT_TRUE(change(change::SetCodes{"alice", true, {code_of(2, true, kNow + 60)}}));
  const auto use = [&](const std::string& user, std::uint8_t seed, session::WallTime now) {
    const auto used = change(change::UseCode{.user = user, .hash = hash_of(seed), .now = now});
    if (!used) EXPECT_EQ(used.error().condition, Condition::login_refused);
    return used.has_value();
  };
  EXPECT_FALSE(use("bob", 1, kNow));
  EXPECT_TRUE(use("alice", 1, kNow));
  EXPECT_FALSE(use("alice", 1, kNow));
  EXPECT_FALSE(use("alice", 2, kNow + 60)) << "its time is over";
  EXPECT_TRUE(use("alice", 2, kNow + 59));
  EXPECT_FALSE(use("alice", 2, kNow + 59));
  EXPECT_TRUE(store().codes("alice")->empty());
}

TEST_F(People, ABypassCodeWithoutAnEndHasNone) {
  with_user("alice");
  ASSERT_TRUE(change(change::SetCodes{"alice", true, {code_of(1, true, 0), code_of(2, true)}}));
  EXPECT_EQ(store().codes("alice").value(), (std::vector{code_of(1, true, 0), code_of(2, true)}))
      << "1970 is a time as any other";
  EXPECT_FALSE(change(change::UseCode{.user = "alice", .hash = hash_of(1), .now = kNow}));
  EXPECT_TRUE(change(change::UseCode{.user = "alice", .hash = hash_of(2), .now = kNow}));
}

TEST_F(People, FailuresAreKeptUntilTheyAreForgotten) {
  const session::Failures alice{.subject = "user:alice", .count = 3, .last = kNow};
  const session::Failures home{.subject = "source:192.0.2.1", .count = 9, .last = kNow};
  ASSERT_TRUE(change(change::SetFailures{{.subject = "user:alice", .count = 2, .last = kNow - 9}}));
  ASSERT_TRUE(change(change::SetFailures{alice}));
  ASSERT_TRUE(change(change::SetFailures{home}));
  const std::vector<std::string> asked{"source:192.0.2.1", "user:bob", "user:alice"};
  EXPECT_EQ(store().failures(asked).value(), (std::vector{home, alice}));
  ASSERT_TRUE(change(change::SetFailures{{.subject = "user:alice", .count = 0, .last = kNow}}));
  EXPECT_EQ(store().failures(asked).value(), std::vector{home});
}

/// Else an attacker with many addresses fills the disk.
TEST_F(People, FailuresOfMoreThanADayAgoGoWithTheNextOne) {
  ASSERT_TRUE(change(change::SetFailures{{.subject = "source:a", .count = 3, .last = kNow}}));
  ASSERT_TRUE(
      change(change::SetFailures{{.subject = "source:b", .count = 3, .last = kNow + 86401}}));
  const std::vector<std::string> asked{"source:a", "source:b"};
  EXPECT_EQ(store().failures(asked)->size(), 1);
}

TEST_F(People, WhatIsDeletedIsNotLeftInTheFile) {
  with_user("alice");
  StoredOtp otp = sealed_otp();
  const std::string mark = "sealed-bytes-that-are-easy-to-find";
  otp.sealed.assign(mark.begin(), mark.end());
  ASSERT_TRUE(change(change::SetOtp{.user = "alice", .otp = otp}));
  const auto found = [&] {
    close();  // plays the log into the file
    std::ifstream in(files_.database, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    reopen();
    return all.contains(mark);
  };
  EXPECT_TRUE(found());
  ASSERT_TRUE(change(change::RemoveUser{"alice"}));
  EXPECT_FALSE(found());
}

}  // namespace
}  // namespace kaido
