// What concerns people, as a client of the bus sees it.
#include <gtest/gtest.h>

#include <tuple>

#include "server_fixture.hpp"

namespace kaido::api {
namespace {

class PeopleTest : public DBusServerTest {
 protected:
  void SetUp() override {
    DBusServerTest::SetUp();
    on_engine([](FakeControl& control) {
      auto& people = control.people;
      people.user_list = {{.name = "alice",
                           .display = "山田",
                           .groups = {"staff"},
                           .created = 1'700'000'000,
                           .otp = session::OtpShape{},
                           .otp_confirmed = true,
                           .recovery_codes = 9,
                           .bypass_until = std::nullopt}};
      session::Device device;
      device.user = "alice";
      device.name = "laptop";
      device.fingerprint.fill(0xab);
      device.addresses = {IpAddress::parse("10.8.0.2").value()};
      people.device_list = {device};
      people.session_list = {{.id = "0123456789abcdef0123456789abcdef",
                              .user = "alice",
                              .device = "laptop",
                              .door = session::Door::portal,
                              .source = "192.0.2.9",
                              .started = 1,
                              .ends = 2},
                             {.id = "f", .ended = 3, .reason = session::EndReason::by_admin}};
      people.entries = {
          {.number = 7, .note = {.act = session::Act::login_refused, .detail = "wrong-code"}}};
      people.verdict = {.entries = 7, .fault = "entry 3 was changed", .first_bad = 3};
    });
  }

  [[nodiscard]] Lines asked() {
    Lines lines;
    on_engine([&](FakeControl& control) { lines = control.people.asked; });
    return lines;
  }
  template <typename T>
  [[nodiscard]] static T get(const Dictionary& dictionary, const char* key) {
    return dictionary.at(key).get<T>();
  }
  using List = std::vector<Dictionary>;
};

TEST_F(PeopleTest, AUserIsADictionary) {
  const auto users = call<List>("ListUsers");
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(get<std::string>(users[0], "name"), "alice");
  EXPECT_EQ(get<std::string>(users[0], "display"), "山田");
  EXPECT_EQ(get<Lines>(users[0], "groups"), Lines{"staff"});
  EXPECT_EQ(get<std::string>(users[0], "otp"), "confirmed");
  EXPECT_EQ(get<std::string>(users[0], "algorithm"), "SHA1");
  EXPECT_EQ(get<std::uint32_t>(users[0], "digits"), 6U);
  EXPECT_EQ(get<std::uint32_t>(users[0], "recovery_codes"), 9U);
  EXPECT_EQ(get<std::int64_t>(users[0], "bypass_until"), 0);
  EXPECT_EQ(get<std::string>(users[0], "policy"), "certificate+otp");
}

TEST_F(PeopleTest, UsersAreAddedWithWhoAsked) {
  const List rows{{{"name", std::string("bob")}, {"groups", Lines{"staff"}}},
                  {{"name", std::string("carol")}, {"display", std::string("C")}}};
  EXPECT_EQ(call<std::uint32_t>("AddUsers", rows, false), 2U);
  EXPECT_EQ(call<std::uint32_t>("AddUsers", rows, true), 2U);
  EXPECT_EQ(asked(), (Lines{"root: add bob  staff", "root: add carol C ", "root: check bob  staff",
                            "root: check carol C "}));
}

TEST_F(PeopleTest, AKeyThatIsNotKnownIsRefusedByName) {
  const List rows{{{"name", std::string("bob")}, {"grops", Lines{"staff"}}}};
  const auto error = error_of("AddUsers", rows, false);
  EXPECT_EQ(error.getName(), "org.kaido.Error.InvalidArgument");
  EXPECT_NE(error.getMessage().find("grops"), std::string::npos);
  const List wrong{{{"name", std::uint32_t{7}}}};
  EXPECT_EQ(error_of("AddUsers", wrong, false).getName(), "org.kaido.Error.InvalidArgument");
  EXPECT_TRUE(asked().empty());
}

TEST_F(PeopleTest, WhatIsNotSaidOfAUserStays) {
  EXPECT_EQ(call<std::string>("ChangeUser", "alice", Dictionary{{"enabled", false}}), "alice");
  EXPECT_EQ(call<std::string>("RemoveUser", "alice"), "alice");
  EXPECT_EQ(asked(), (Lines{"root: change alice disable -", "root: remove alice"}));
}

TEST_F(PeopleTest, CodesAreAnswered) {
  EXPECT_EQ(call<std::string>("NewOtp", "alice", "SHA256", 8U, 60U), "otpauth://totp/x");
  EXPECT_TRUE(call<bool>("VerifyOtp", "alice", "123456"));
  EXPECT_FALSE(call<bool>("VerifyOtp", "alice", "654321"));
  EXPECT_EQ(call<Lines>("NewRecoveryCodes", "alice"), (Lines{"aaaaa-bbbbb", "ccccc-ddddd"}));
  EXPECT_EQ(call<std::string>("NewBypassCode", "alice", 120U), "eeeee-fffff");
  EXPECT_EQ(asked(),
            (Lines{"root: otp alice SHA256 8/60", "root: verify alice", "root: verify alice",
                   "root: recovery alice", "root: bypass alice 120"}));
}

TEST_F(PeopleTest, AShapeThatNoAppHasIsRefused) {
  for (const auto& [algorithm, digits, period] :
       {std::tuple("MD5", 6U, 30U), std::tuple("SHA1", 262U, 30U), std::tuple("SHA1", 6U, 65566U)})
    EXPECT_EQ(error_of("NewOtp", "alice", algorithm, digits, period).getName(),
              "org.kaido.Error.InvalidArgument");
  EXPECT_TRUE(asked().empty());
}

TEST_F(PeopleTest, ADeviceIsADictionary) {
  const auto device = call<Dictionary>("AddDevice", "alice", "laptop",
                                       std::vector<std::uint8_t>{'P', 'E', 'M'}, "", "");
  EXPECT_EQ(get<std::string>(device, "fingerprint").substr(0, 6), "ababab");
  EXPECT_EQ(get<std::string>(device, "fingerprint").size(), 64U);
  EXPECT_EQ(get<Lines>(device, "addresses"), Lines{"10.8.0.2"});
  EXPECT_EQ(get<std::string>(device, "wireguard_key"), "");
  EXPECT_EQ(call<List>("ListDevices").size(), 1U);
  EXPECT_EQ(call<std::string>("EnableDevice", "alice", "laptop", false), "laptop");
  EXPECT_EQ(call<std::string>("RemoveDevice", "alice", "laptop"), "laptop");
  EXPECT_EQ(asked(), (Lines{"root: device alice laptop PEM", "root: disable alice laptop",
                            "root: forget alice laptop"}));
}

TEST_F(PeopleTest, APolicyIsAWord) {
  on_engine([](FakeControl& control) {
    control.people.user_list.front().policy = session::Policy::certificate;
    control.people.device_list.front().policy = session::Policy::certificate_and_otp;
  });
  EXPECT_EQ(get<std::string>(call<List>("ListUsers")[0], "policy"), "certificate");
  EXPECT_EQ(get<std::string>(call<List>("ListDevices")[0], "policy"), "certificate+otp");
  const std::vector<std::uint8_t> pem{'P', 'E', 'M'};
  std::ignore = call<Dictionary>("AddDevice", "alice", "laptop", pem, "", "certificate");
  const List row{{{"name", std::string("bob")}, {"policy", std::string("certificate")}}};
  EXPECT_EQ(call<std::uint32_t>("AddUsers", row, false), 1U);
  std::ignore = call<std::string>("ChangeUser", "alice",
                                  Dictionary{{"policy", std::string("certificate+otp")}});
  EXPECT_EQ(asked(),
            (Lines{"root: device alice laptop PEM certificate", "root: add bob   certificate",
                   "root: change alice  - certificate+otp"}));
  for (const auto& error : {error_of("AddDevice", "alice", "laptop", pem, "", "none"),
                            error_of("ChangeUser", "alice", Dictionary{{"policy", std::string()}})})
    EXPECT_EQ(error.getName(), "org.kaido.Error.InvalidArgument");
}

TEST_F(PeopleTest, SessionsEndAndGoOn) {
  EXPECT_EQ(call<List>("ListSessions", false).size(), 1U);
  const auto all = call<List>("ListSessions", true);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(get<bool>(all[0], "alive"));
  EXPECT_FALSE(get<bool>(all[1], "alive"));
  EXPECT_EQ(get<std::string>(all[1], "reason"), "by-admin");
  EXPECT_EQ(call<std::string>("EndSession", "0123"), "0123");
  EXPECT_EQ(call<std::int64_t>("ExtendSession", "0123", 30U), 1'800'000'000);
  EXPECT_EQ(asked(), (Lines{"root: end 0123", "root: extend 0123 30"}));
}

TEST_F(PeopleTest, TheAuditIsReadAndChecked) {
  const auto entries = call<List>("Audit", "alice", "login-refused", 20U);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(get<std::uint64_t>(entries[0], "number"), 7U);
  EXPECT_EQ(get<std::string>(entries[0], "act"), "login-refused");
  EXPECT_EQ(get<std::string>(entries[0], "detail"), "wrong-code");
  EXPECT_EQ(asked(), Lines{": audit alice login-refused 20"});
  EXPECT_EQ(error_of("Audit", "", "no-such-act", 20U).getName(), "org.kaido.Error.InvalidArgument");
  const auto verdict = call<Dictionary>("VerifyAudit");
  EXPECT_EQ(get<std::uint64_t>(verdict, "first_bad"), 3U);
  EXPECT_EQ(get<std::string>(verdict, "fault"), "entry 3 was changed");
}

TEST_F(PeopleTest, AFailureHasItsName) {
  on_engine([](FakeControl& control) {
    control.people.trouble = Error{Condition::user_store_failed, "disk full"};
  });
  const auto error = error_of("ListUsers");
  EXPECT_EQ(error.getName(), "org.kaido.Error.UserStoreFailed");
  EXPECT_NE(error.getMessage().find("disk full"), std::string::npos);
}

}  // namespace
}  // namespace kaido::api
