// What admins ask of people, codes, devices and sessions.
#include <gtest/gtest.h>

#include "unit/people/world.hpp"

namespace kaido::test {
namespace {

using enum Condition;

class Desk : public PeopleWorld {
 protected:
  [[nodiscard]] Result<std::uint32_t> add(std::vector<NewUser> users, bool dry_run = false) {
    return desk.add_users(at(kNow), settings, users, dry_run);
  }
  [[nodiscard]] Result<session::Device> add_device(const std::string& user, const std::string& name,
                                                   const std::string& certificate,
                                                   const std::string& key = "") {
    return desk.add_device(
        at(kNow), settings,
        {.user = user, .name = name, .certificate = certificate, .wireguard_key = key});
  }
  template <typename T>
  [[nodiscard]] static Condition condition(const Result<T>& result) {
    return result ? internal : result.error().condition;
  }
};

TEST_F(Desk, AnImportIsAllOrNothing) {
  EXPECT_EQ(condition(add({{.name = "alice", .display = "", .groups = {}},
                           {.name = "Bob", .display = "", .groups = {}}})),
            invalid_argument);
  EXPECT_TRUE(desk.users()->empty());
  EXPECT_EQ(condition(add({{.name = "alice", .display = "", .groups = {}},
                           {.name = "alice", .display = "", .groups = {}}})),
            already_exists);
  EXPECT_TRUE(desk.users()->empty());
}

TEST_F(Desk, ADryRunChecksAndChangesNothing) {
  EXPECT_EQ(add({{.name = "alice", .display = "", .groups = {"staff"}}}, true), 1U);
  EXPECT_EQ(condition(add({{.name = "alice", .display = "", .groups = {"nobody"}}}, true)),
            invalid_argument);
  EXPECT_TRUE(desk.users()->empty());
  EXPECT_TRUE(desk.audit({.user = "alice", .act = {}, .newest = 9})->empty());
}

TEST_F(Desk, AMistakeInAnImportNamesItsRow) {
  const auto outcome = add({{.name = "alice", .display = "", .groups = {}},
                            {.name = "bob", .display = "", .groups = {"nobody"}}});
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error().detail.starts_with("user 2 of 2: ")) << outcome.error().detail;
  EXPECT_NE(outcome.error().detail.find("staff"), std::string::npos);
}

TEST_F(Desk, AUserChangesByParts) {
  ASSERT_TRUE(add({{.name = "alice", .display = "A", .groups = {}}}));
  ASSERT_TRUE(desk.change_user(at(kNow), settings, "alice",
                               {.enabled = {}, .display = "山田", .groups = {}}));
  ASSERT_TRUE(desk.change_user(at(kNow), settings, "alice",
                               {.enabled = {}, .display = {}, .groups = {{"staff", "staff"}}}));
  const auto user = desk.users()->front();
  EXPECT_EQ(user.display, "山田");
  EXPECT_EQ(user.groups, std::vector<std::string>{"staff"});
  EXPECT_TRUE(user.enabled);
  EXPECT_EQ(condition(desk.change_user(at(kNow), settings, "bob", {})), not_found);
  EXPECT_EQ(condition(desk.change_user(at(kNow), settings, "alice",
                                       {.enabled = {}, .display = "a\x1b[2J", .groups = {}})),
            invalid_argument);
}

TEST_F(Desk, ARemovedUserIsGoneAndTheAuditStays) {
  add_person("alice");
  ASSERT_TRUE(desk.remove_user(at(kNow), "alice"));
  EXPECT_TRUE(desk.users()->empty());
  EXPECT_TRUE(desk.devices()->empty());
  EXPECT_EQ(condition(desk.remove_user(at(kNow), "alice")), not_found);
  EXPECT_EQ(desk.audit({.user = "alice", .act = {}, .newest = 9})->back().note.act,
            session::Act::user_removed);
}

TEST_F(Desk, ANewOneTimePasswordReplacesTheOld) {
  add_person("alice");
  const auto old = code("alice", kNow + 60);
  const auto uri = desk.new_otp(at(kNow), settings, "alice",
                                {.algorithm = session::Algorithm::sha1, .digits = 6, .period = 30});
  ASSERT_TRUE(uri);
  remember("alice", *uri);
  EXPECT_FALSE(desk.users()->front().otp_confirmed);
  EXPECT_EQ(desk.verify_otp(at(kNow + 60), "alice", old), false);
  EXPECT_EQ(desk.verify_otp(at(kNow + 60), "alice", code("alice", kNow + 60)), true);
  EXPECT_EQ(desk.verify_otp(at(kNow + 60), "alice", code("alice", kNow + 60)), false);
}

TEST_F(Desk, AWrongShapeIsRefused) {
  add_person("alice");
  for (const auto& shape : {session::OtpShape{.digits = 5}, session::OtpShape{.digits = 9},
                            session::OtpShape{.period = 14}, session::OtpShape{.period = 121}})
    EXPECT_EQ(condition(desk.new_otp(at(kNow), settings, "alice", shape)), invalid_argument);
  EXPECT_TRUE(desk.users()->front().otp_confirmed);
  EXPECT_EQ(condition(desk.new_otp(at(kNow), settings, "bob", {})), not_found);
}

TEST_F(Desk, ABypassCodeHasALimitedTime) {
  add_person("alice");
  EXPECT_EQ(condition(desk.new_bypass_code(at(kNow), "alice", 0)), invalid_argument);
  EXPECT_EQ(condition(desk.new_bypass_code(at(kNow), "alice", 10081)), invalid_argument);
  EXPECT_TRUE(desk.new_bypass_code(at(kNow), "alice", 10080));
  EXPECT_EQ(desk.users()->front().bypass_until, kNow + 10080 * 60);
}

TEST_F(Desk, DevicesGetAddressesOfEachPool) {
  add_person("alice");
  add_person("bob");
  const auto devices = desk.devices().value();
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].addresses, (std::vector{IpAddress::parse("10.8.0.2").value(),
                                               IpAddress::parse("fd00:8::2").value()}));
  EXPECT_EQ(devices[1].addresses[0], IpAddress::parse("10.8.0.3").value());
  settings.addresses = {Prefix::parse("10.8.0.0/30").value()};
  judge.accept("another");
  EXPECT_EQ(condition(add_device("alice", "phone", "another")), addresses_exhausted);
}

TEST_F(Desk, ACertificateOrKeyBelongsToOneDevice) {
  add_person("alice");
  add_person("bob");
  const auto twice = add_device("bob", "phone", "alice's laptop");
  EXPECT_EQ(condition(twice), already_exists);
  judge.accept("phone one");
  judge.accept("phone two");
  const std::string key = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
  ASSERT_TRUE(add_device("alice", "phone", "phone one", key));
  EXPECT_EQ(condition(add_device("bob", "phone", "phone two", key)), already_exists);
  EXPECT_EQ(condition(add_device("bob", "phone", "phone two", "key")), invalid_argument);
}

TEST_F(Desk, ABadCertificateIsRefusedWithItsReason) {
  add_person("alice");
  judge.facts["old"].fault = session::Refusal::certificate_expired;
  const auto refused = add_device("alice", "phone", "old");
  ASSERT_EQ(condition(refused), certificate_unusable);
  EXPECT_EQ(refused.error().detail, session::explain(session::Refusal::certificate_expired));
}

class Sessions : public Desk {
 protected:
  void SetUp() override {
    add_person("alice");
    add_person("bob");
    for (const std::string name : {"alice", "bob"}) {
      const auto outcome =
          log_in(kNow + 60, request(name, code(name, kNow + 60), name + "'s laptop"));
      ASSERT_EQ(why(outcome), "admitted");
      ids[name] = std::get<Admitted>(*outcome).session.id;
    }
  }
  std::map<std::string, std::string> ids;
};

TEST_F(Sessions, OneIsNamedByItsBeginning) {
  ASSERT_TRUE(desk.end_session(at(kNow + 61), ids["alice"].substr(0, 12)));
  const auto living = desk.sessions(at(kNow + 61), false).value();
  ASSERT_EQ(living.size(), 1U);
  EXPECT_EQ(living[0].id, ids["bob"]);
  EXPECT_EQ(condition(desk.end_session(at(kNow + 61), ids["alice"])), not_found);
  EXPECT_EQ(condition(desk.end_session(at(kNow + 61), ids["bob"].substr(0, 3))), not_found);
  EXPECT_EQ(condition(desk.end_session(at(kNow + 61), "")), not_found);
  EXPECT_EQ(condition(desk.end_session(at(kNow + 61), "%%%%")), not_found);
}

TEST_F(Sessions, AnExtendedOneEndsLater) {
  const auto before = desk.sessions(at(kNow + 61), false)->front().ends;
  EXPECT_EQ(desk.extend_session(at(kNow + 61), ids["alice"], 30), before + 1800);
  EXPECT_EQ(desk.sessions(at(before + 1), false)->size(), 1U);
  EXPECT_EQ(condition(desk.extend_session(at(before + 1), ids["bob"], 30)), not_found);
  EXPECT_EQ(condition(desk.extend_session(at(kNow + 61), ids["alice"], 0)), invalid_argument);
}

TEST_F(Sessions, OneThatRanOutIsShownSo) {
  const auto ends = desk.sessions(at(kNow + 61), false)->front().ends;
  EXPECT_TRUE(desk.sessions(at(ends), false)->empty());
  const auto all = desk.sessions(at(ends), true).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].reason, session::EndReason::expired);
  EXPECT_EQ(all[0].ended, ends);
}

TEST_F(Sessions, OneThatRanOutIsNotRevivedByAClockThatGoesBack) {
  const auto ends = desk.sessions(at(kNow + 61), false)->front().ends;
  ASSERT_TRUE(desk.extend_session(at(kNow + 61), ids["bob"], 60));
  const auto stored = desk.stored(at(ends)).value();
  ASSERT_EQ(stored.sessions.size(), 1U);
  EXPECT_EQ(stored.sessions[0].id, ids["bob"]);
  const auto back = desk.stored(at(kNow + 100)).value();
  ASSERT_EQ(back.sessions.size(), 1U);
  EXPECT_EQ(back.sessions[0].id, ids["bob"]);
  const auto over = store.session(ids["alice"]).value().value();
  EXPECT_EQ(over.ended, ends);
  EXPECT_EQ(over.reason, session::EndReason::expired);
}

TEST_F(Sessions, AreKeptFor90DaysAndTheAuditForEver) {
  ASSERT_TRUE(desk.end_session(at(kNow + 100), ids["alice"]));
  const auto entries = desk.verify_audit()->entries;
  constexpr auto k90Days = 90 * session::WallTime{86'400};
  ASSERT_TRUE(desk.stored(at(kNow + 100 + k90Days)));
  EXPECT_TRUE(store.session(ids["alice"]).value());
  ASSERT_TRUE(desk.stored(at(kNow + 101 + k90Days)));
  EXPECT_FALSE(store.session(ids["alice"]).value());
  EXPECT_TRUE(store.session(ids["bob"]).value()) << "it ended later";
  EXPECT_EQ(desk.verify_audit()->entries, entries);
}

TEST_F(Desk, APolicyIsOfTheUserAndOfADeviceAndInTheAudit) {
  using enum session::Policy;
  ASSERT_TRUE(add({{.name = "alice", .display = "", .groups = {}},
                   {.name = "robot", .display = "", .groups = {}, .policy = certificate}}));
  EXPECT_EQ(desk.users()->front().policy, certificate_and_otp);
  EXPECT_EQ(desk.users()->back().policy, certificate);
  ASSERT_TRUE(
      desk.change_user(at(kNow), settings, "alice",
                       {.enabled = {}, .display = {}, .groups = {}, .policy = certificate}));
  EXPECT_EQ(desk.users()->front().policy, certificate);
  EXPECT_EQ(desk.audit({.user = "alice", .act = {}, .newest = 1})->back().note.detail,
            "policy: certificate");
  ASSERT_TRUE(
      desk.change_user(at(kNow), settings, "alice", {.enabled = {}, .display = "A", .groups = {}}));
  EXPECT_EQ(desk.users()->front().policy, certificate) << "it stays";
  const auto device = desk.add_device(at(kNow), settings,
                                      {.user = "alice",
                                       .name = "laptop",
                                       .certificate = "alice's laptop",
                                       .wireguard_key = "",
                                       .policy = certificate_and_otp});
  ASSERT_TRUE(device);
  EXPECT_EQ(device->policy, certificate_and_otp);
  EXPECT_EQ(desk.audit({.user = "alice", .act = {}, .newest = 1})->back().note.detail,
            "policy: certificate+otp; CN=alice's laptop");
}

}  // namespace
}  // namespace kaido::test
