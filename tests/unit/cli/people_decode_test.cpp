// What a client gets of people from the real server on a bus of their own.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "client.hpp"
#include "code_input.hpp"
#include "decode.hpp"
#include "gateway.hpp"
#include "output/secret_file.hpp"
#include "private_bus.hpp"

namespace kaido::cli {
namespace {

class PeopleClient : public testing::Test {
 protected:
  void SetUp() override {
    bus_.start();
    gateway_.start();
    ASSERT_EQ(gateway_.bus_report(0), std::pair(true, std::string()));
  }

  static Client client() { return Client::connect().value(); }
  template <typename F>
  void people(F f) {
    gateway_.on_engine([&] { f(gateway_.control.people); });
  }
  /// What the daemon was last asked, without who asked.
  std::string asked() {
    std::string last;
    people([&](const api::FakePeople& people) {
      last = people.asked.empty() ? "" : people.asked.back();
    });
    return last.substr(last.find(": ") + 2);
  }

  api::PrivateBus bus_;
  api::Gateway gateway_;
};

TEST_F(PeopleClient, KeepsEveryMemberOfAUser) {
  people([](api::FakePeople& people) {
    people.user_list = {{.name = "mika",
                         .display = "山田 美香",
                         .enabled = false,
                         .groups = {"admins", "staff"},
                         .created = 1'700'000'000,
                         .policy = session::Policy::certificate,
                         .otp = session::OtpShape{session::Algorithm::sha256, 8, 60},
                         .otp_confirmed = true,
                         .recovery_codes = 9,
                         .bypass_until = 1'800'000'000}};
  });
  const auto users = decode_list<UserReport>(client().users().value());
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].name, "mika");
  EXPECT_EQ(users[0].display, "山田 美香");
  EXPECT_FALSE(users[0].enabled);
  EXPECT_EQ(users[0].groups, (std::vector<std::string>{"admins", "staff"}));
  EXPECT_EQ(users[0].created, 1'700'000'000);
  EXPECT_EQ(users[0].policy, "certificate");
  EXPECT_EQ(users[0].otp, "confirmed");
  EXPECT_EQ(users[0].algorithm, "SHA256");
  EXPECT_EQ(users[0].digits, 8U);
  EXPECT_EQ(users[0].period, 60U);
  EXPECT_EQ(users[0].recovery_codes, 9U);
  EXPECT_EQ(users[0].bypass_until, 1'800'000'000);
}

TEST_F(PeopleClient, KeepsEveryMemberOfADevice) {
  session::Device device;
  device.user = "mika";
  device.name = "laptop";
  device.fingerprint.fill(0xab);
  device.subject = "CN=mika";
  device.not_after = 5;
  device.addresses = {IpAddress::parse("10.8.0.2").value()};
  device.enabled = false;
  device.created = 4;
  device.policy = session::Policy::certificate_and_otp;
  people([&](api::FakePeople& people) { people.device_list = {device}; });
  const auto devices = decode_list<DeviceReport>(client().devices().value());
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].user, "mika");
  EXPECT_EQ(devices[0].name, "laptop");
  EXPECT_EQ(devices[0].fingerprint.substr(0, 4), "abab");
  EXPECT_EQ(devices[0].subject, "CN=mika");
  EXPECT_EQ(devices[0].not_after, 5);
  EXPECT_EQ(devices[0].wireguard_key, "");
  EXPECT_EQ(devices[0].addresses, std::vector<std::string>{"10.8.0.2"});
  EXPECT_FALSE(devices[0].enabled);
  EXPECT_EQ(devices[0].created, 4);
  EXPECT_EQ(devices[0].policy, "certificate+otp");
  DeviceReport added;
  decode(client().add_device({"mika", "laptop", "DER", "KEY", "certificate"}).value(), added);
  EXPECT_EQ(added.name, "laptop");
  EXPECT_EQ(asked(), "device mika laptop DER certificate");
}

TEST_F(PeopleClient, KeepsEveryMemberOfASession) {
  people([](api::FakePeople& people) {
    people.session_list = {{.id = "4f1d",
                            .user = "mika",
                            .device = "laptop",
                            .door = session::Door::radius,
                            .source = "192.0.2.9",
                            .started = 1,
                            .ends = 9,
                            .ended = 3,
                            .reason = session::EndReason::by_admin}};
  });
  EXPECT_TRUE(client().sessions(false).value().empty());
  const auto sessions = decode_list<SessionReport>(client().sessions(true).value());
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions[0].id, "4f1d");
  EXPECT_EQ(sessions[0].user, "mika");
  EXPECT_EQ(sessions[0].device, "laptop");
  EXPECT_EQ(sessions[0].door, "radius");
  EXPECT_EQ(sessions[0].source, "192.0.2.9");
  EXPECT_EQ(sessions[0].started, 1);
  EXPECT_EQ(sessions[0].ends, 9);
  EXPECT_EQ(sessions[0].ended, 3);
  EXPECT_EQ(sessions[0].reason, "by-admin");
  EXPECT_FALSE(sessions[0].alive);
}

TEST_F(PeopleClient, KeepsEveryMemberOfTheAudit) {
  people([](api::FakePeople& people) {
    people.entries = {{.number = 7,
                       .note = {.at = 5,
                                .actor = "portal",
                                .act = session::Act::login_refused,
                                .user = "mika",
                                .subject = "laptop",
                                .detail = "wrong-code",
                                .source = "192.0.2.9"}}};
    people.verdict = {.entries = 9, .fault = "entry 3 was changed", .first_bad = 3};
  });
  const auto entries =
      decode_list<AuditReport>(client().audit("mika", "login-refused", 20).value());
  EXPECT_EQ(asked(), "audit mika login-refused 20");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].number, 7U);
  EXPECT_EQ(entries[0].time, 5);
  EXPECT_EQ(entries[0].actor, "portal");
  EXPECT_EQ(entries[0].act, "login-refused");
  EXPECT_EQ(entries[0].user, "mika");
  EXPECT_EQ(entries[0].subject, "laptop");
  EXPECT_EQ(entries[0].detail, "wrong-code");
  EXPECT_EQ(entries[0].source, "192.0.2.9");
  EXPECT_EQ(entries[0].hash, std::string(64, '0'));
  AuditCheck check;
  decode(client().verify_audit().value(), check);
  EXPECT_EQ(check.entries, 9U);
  EXPECT_EQ(check.fault, "entry 3 was changed");
  EXPECT_EQ(check.first_bad, 3U);
}

TEST_F(PeopleClient, AsksForWhatItWasTold) {
  auto calls = client();
  EXPECT_EQ(calls.add_users({{"mika", "山田", {"staff"}}, {"tom", "", {}}}, true).value(), 2U);
  EXPECT_EQ(asked(), "check tom  ");
  EXPECT_EQ(calls.add_users({{"mika", "山田", {"staff"}}}, false).value(), 1U);
  EXPECT_EQ(asked(), "add mika 山田 staff");
  EXPECT_TRUE(calls.change_user("mika", {.enabled = false, .display = {}, .groups = {}}));
  EXPECT_EQ(asked(), "change mika disable -");
  EXPECT_TRUE(calls.change_user("mika", {.enabled = {}, .display = "", .groups = {}}));
  EXPECT_EQ(asked(), "change mika  ");
  EXPECT_EQ(calls.add_users({{"robot", "R", {"staff"}, "certificate"}}, false).value(), 1U);
  EXPECT_EQ(asked(), "add robot R staff certificate");
  EXPECT_TRUE(calls.change_user(
      "mika", {.enabled = {}, .display = {}, .groups = {}, .policy = "certificate"}));
  EXPECT_EQ(asked(), "change mika  - certificate");
  EXPECT_TRUE(calls.remove_user("mika"));
  EXPECT_EQ(asked(), "remove mika");
  EXPECT_TRUE(calls.enable_device("mika", "laptop", false));
  EXPECT_EQ(asked(), "disable mika laptop");
  EXPECT_TRUE(calls.remove_device("mika", "laptop"));
  EXPECT_EQ(asked(), "forget mika laptop");
  EXPECT_TRUE(calls.end_session("4f1d"));
  EXPECT_EQ(asked(), "end 4f1d");
  EXPECT_EQ(calls.extend_session("4f1d", 90).value(), 1'800'000'000);
  EXPECT_EQ(asked(), "extend 4f1d 90");
}

TEST_F(PeopleClient, TakesCodesAsSecrets) {
  auto calls = client();
  EXPECT_EQ(calls.new_otp("mika", {"SHA512", 8, 60}).value(),
            Secret(std::string_view("otpauth://totp/x")));
  EXPECT_EQ(asked(), "otp mika SHA512 8/60");
  EXPECT_TRUE(calls.verify_otp("mika", Secret(std::string_view("123456"))).value());
  EXPECT_FALSE(calls.verify_otp("mika", Secret(std::string_view("654321"))).value());
  EXPECT_EQ(calls.new_recovery_codes("mika").value(),
            (std::vector{Secret(std::string_view("aaaaa-bbbbb")),
                         Secret(std::string_view("ccccc-ddddd"))}));
  EXPECT_EQ(calls.new_bypass_code("mika", 120).value(), Secret(std::string_view("eeeee-fffff")));
  EXPECT_EQ(asked(), "bypass mika 120");
}

TEST_F(PeopleClient, TellsWhyTheDaemonRefuses) {
  people([](api::FakePeople& people) {
    people.trouble = Error{Condition::people_not_configured, "no [people]"};
  });
  const auto refused = client().users();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "people-not-configured");
  EXPECT_EQ(refused.error().exit, Exit::failed);
}

TEST(PeopleDecoding, SurvivesWhatAnotherVersionSends) {
  const auto value = boost::json::parse(
      R"({"name":7,"enabled":"yes","groups":["a",3],"digits":-1,"new":{},"otp":"none"})");
  UserReport user;
  decode(value.as_object(), user);
  EXPECT_EQ(user.name, "");
  EXPECT_TRUE(user.enabled);
  EXPECT_EQ(user.groups, std::vector<std::string>{"a"});
  EXPECT_EQ(user.digits, 0U);
  EXPECT_EQ(user.otp, "none");
}

/// A pipe that gives this text and ends.
Descriptor giving(std::string_view text) {
  int ends[2] = {};
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  EXPECT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  close(ends[1]);
  return Descriptor(ends[0]);
}

TEST(CodeInput, IsTheFirstLineWithoutSpaces) {
  for (const auto* text : {"123456\n", "123456", "123 456\r\n", " 123456 \nrest\n"})
    EXPECT_EQ(read_code(giving(text).get()).value(), Secret(std::string_view("123456"))) << text;
}

TEST(CodeInput, MayNotBeEmptyOrEndless) {
  for (const auto& text :
       {std::string(), std::string("\n"), std::string("  \n"), std::string(65, '1')}) {
    const auto code = read_code(giving(text).get());
    ASSERT_FALSE(code) << text;
    EXPECT_EQ(code.error().exit, Exit::usage);
    EXPECT_EQ(code.error().message.find("11"), std::string::npos) << "what was typed stays secret";
  }
  EXPECT_FALSE(read_code(987)) << "no such descriptor";
}

class NewFile : public testing::Test {
 protected:
  NewFile() {
    auto name = (std::filesystem::temp_directory_path() / "kaido-svg-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~NewFile() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(NewFile, BelongsToItsOwnerAlone) {
  const auto name = folder_ / "mika.svg";
  const auto before = umask(0);
  ASSERT_TRUE(SecretFile::create(name).value().write(Secret(std::string_view("<svg/>"))));
  umask(before);
  EXPECT_EQ(std::filesystem::status(name).permissions(), std::filesystem::perms(0600));
  std::ostringstream text;
  text << std::ifstream(name).rdbuf();
  EXPECT_EQ(text.str(), "<svg/>");
}

TEST_F(NewFile, TakesThePlaceOfNothing) {
  const auto name = folder_ / "mika.svg";
  std::ofstream(name) << "old";
  EXPECT_FALSE(SecretFile::create(name));
  std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / "link");
  EXPECT_FALSE(SecretFile::create(folder_ / "link"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
  std::ostringstream text;
  text << std::ifstream(name).rdbuf();
  EXPECT_EQ(text.str(), "old");
}

TEST_F(NewFile, IsGoneAgainWhenThereWasNothingToWrite) {
  const auto name = folder_ / "mika.svg";
  {
    const auto file = SecretFile::create(name);
    ASSERT_TRUE(file);
    EXPECT_TRUE(std::filesystem::exists(name));
  }
  EXPECT_FALSE(std::filesystem::exists(name));
}

}  // namespace
}  // namespace kaido::cli
