// The verbs about people on the command line.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "arguments.hpp"
#include "exit.hpp"
#include "minutes.hpp"

namespace kaido::cli {
namespace {

using Words = std::vector<std::string>;

std::expected<Options, int> parse(const Words& words) {
  std::vector<const char*> line{"kaido"};
  for (const auto& word : words) line.push_back(word.c_str());
  return parse_arguments(static_cast<int>(line.size()), line.data());
}

std::string joined(const Words& words) {
  std::string line;
  for (const auto& word : words) line += word + ' ';
  return line;
}

TEST(PeopleArguments, EveryVerbIsKnownByItsWords) {
  const std::vector<std::pair<Words, Verb>> table{
      {{"user", "add", "mika"}, Verb::user_add},
      {{"user", "list"}, Verb::user_list},
      {{"user", "show", "mika"}, Verb::user_show},
      {{"user", "disable", "mika"}, Verb::user_disable},
      {{"user", "enable", "mika"}, Verb::user_enable},
      {{"user", "set", "mika", "--name", ""}, Verb::user_set},
      {{"user", "remove", "mika"}, Verb::user_remove},
      {{"user", "import", "people.csv"}, Verb::user_import},
      {{"user", "otp", "new", "mika"}, Verb::otp_new},
      {{"user", "otp", "verify", "mika"}, Verb::otp_verify},
      {{"user", "otp", "recovery-codes", "mika"}, Verb::otp_recovery_codes},
      {{"user", "otp", "bypass", "mika", "--for", "2h"}, Verb::otp_bypass},
      {{"device", "add", "mika", "laptop", "--certificate", "c.pem"}, Verb::device_add},
      {{"device", "list"}, Verb::device_list},
      {{"device", "list", "mika"}, Verb::device_list},
      {{"device", "enable", "mika", "laptop"}, Verb::device_enable},
      {{"device", "disable", "mika", "laptop"}, Verb::device_disable},
      {{"device", "remove", "mika", "laptop"}, Verb::device_remove},
      {{"session", "list"}, Verb::session_list},
      {{"session", "show", "4f1d"}, Verb::session_show},
      {{"session", "end", "4f1d"}, Verb::session_end},
      {{"session", "extend", "4f1d", "--for", "1d"}, Verb::session_extend},
      {{"audit"}, Verb::audit},
      {{"audit", "--user", "mika", "--act", "login-refused", "-n", "3"}, Verb::audit},
      {{"audit", "verify"}, Verb::audit_verify},
      {{"login", "explain", "mika"}, Verb::login_explain},
  };
  for (const auto& [words, verb] : table) {
    const auto options = parse(words);
    ASSERT_TRUE(options) << joined(words);
    EXPECT_EQ(options->verb, verb) << joined(words);
    auto with_json = words;
    with_json.emplace_back("--json");
    const auto json = parse(with_json);
    ASSERT_TRUE(json) << joined(with_json);
    EXPECT_TRUE(json->json) << joined(with_json);
  }
}

TEST(PeopleArguments, MistakesEndWithTwo) {
  const std::vector<Words> table{
      {"user"},
      {"user", "add"},
      {"user", "add", "mika", "tom"},
      {"user", "show"},
      {"user", "set", "mika"},
      {"user", "set", "mika", "--group", "staff", "--no-groups"},
      {"user", "add", "mika", "--policy", "none"},
      {"user", "set", "mika", "--policy", ""},
      {"device", "add", "mika", "laptop", "--certificate", "c", "--policy", "otp"},
      {"user", "import"},
      {"user", "otp"},
      {"user", "otp", "new"},
      {"user", "otp", "new", "mika", "--digits", "5"},
      {"user", "otp", "new", "mika", "--digits", "9"},
      {"user", "otp", "new", "mika", "--period", "14"},
      {"user", "otp", "new", "mika", "--algorithm", "MD5"},
      {"user", "otp", "new", "mika", "--svg", "a.svg", "--uri"},
      {"user", "otp", "verify", "mika", "123456"},
      {"user", "otp", "verify", "mika", "--code-fd", "-1"},
      {"user", "otp", "verify", "mika", "--code-fd", "one"},
      {"user", "otp", "bypass", "mika"},
      {"user", "otp", "bypass", "mika", "--for", "8d"},
      {"device"},
      {"device", "add", "mika", "laptop"},
      {"device", "add", "mika", "--certificate", "c.pem"},
      {"device", "remove", "mika"},
      {"session"},
      {"session", "end"},
      {"session", "extend", "4f1d"},
      {"session", "extend", "4f1d", "--for", "2 hours"},
      {"audit", "--act", "login-refussed"},
      {"audit", "-n", "0"},
      {"audit", "-n", "100001"},
      {"audit", "verify", "--user", "mika"},
      {"login", "explain"},
  };
  for (const auto& words : table) {
    const auto options = parse(words);
    ASSERT_FALSE(options) << joined(words);
    EXPECT_EQ(options.error(), static_cast<int>(Exit::usage)) << joined(words);
  }
}

TEST(PeopleArguments, AGroupTakesOneWordSoThatTheNameMayFollow) {
  const auto options = parse({"user", "add", "--group", "staff", "-g", "admins", "mika"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->name, "mika");
  EXPECT_EQ(options->people.person.groups, (Words{"staff", "admins"}));
  EXPECT_EQ(options->people.person.display, std::nullopt);
}

TEST(PeopleArguments, SettingNothingIsNotTheSameAsSettingItEmpty) {
  const auto none = parse({"user", "set", "mika", "--no-groups"});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->people.person.groups, Words{});
  EXPECT_EQ(none->people.person.display, std::nullopt);
  const auto nameless = parse({"user", "set", "mika", "--name", ""});
  ASSERT_TRUE(nameless);
  EXPECT_EQ(nameless->people.person.display, "");
  EXPECT_EQ(nameless->people.person.groups, std::nullopt);
}

TEST(PeopleArguments, TheValuesArriveWhereTheyBelong) {
  const auto otp = parse({"user", "otp", "new", "mika", "--algorithm", "SHA512", "--digits", "8",
                          "--period", "60", "--svg", "a.svg"});
  ASSERT_TRUE(otp);
  EXPECT_EQ(otp->people.shape.algorithm, "SHA512");
  EXPECT_EQ(otp->people.shape.digits, 8U);
  EXPECT_EQ(otp->people.shape.period, 60U);
  EXPECT_EQ(otp->people.svg, "a.svg");
  const auto device = parse(
      {"device", "add", "mika", "laptop", "--certificate", "c.pem", "--wireguard-key", "KEY"});
  ASSERT_TRUE(device);
  EXPECT_EQ(device->name, "mika");
  EXPECT_EQ(device->people.device, "laptop");
  EXPECT_EQ(device->people.certificate, "c.pem");
  EXPECT_EQ(device->people.wireguard_key, "KEY");
  EXPECT_EQ(device->people.policy, "");
  const auto robot = parse({"user", "set", "robot", "--policy", "certificate"});
  ASSERT_TRUE(robot);
  EXPECT_EQ(robot->people.person.policy, "certificate");
  EXPECT_EQ(robot->people.person.groups, std::nullopt);
  const auto machine = parse(
      {"device", "add", "mika", "laptop", "--certificate", "c.pem", "--policy", "certificate+otp"});
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->people.policy, "certificate+otp");
  const auto extend = parse({"session", "extend", "4f1d", "--for", "1d"});
  ASSERT_TRUE(extend);
  EXPECT_EQ(extend->people.session, "4f1d");
  EXPECT_EQ(extend->people.minutes, 1440U);
}

TEST(Minutes, AreFromOneToSevenDays) {
  EXPECT_EQ(parse_minutes("1m"), 1U);
  EXPECT_EQ(parse_minutes("30m"), 30U);
  EXPECT_EQ(parse_minutes("2h"), 120U);
  EXPECT_EQ(parse_minutes("7d"), 10'080U);
  EXPECT_EQ(parse_minutes("168h"), 10'080U);
  EXPECT_EQ(parse_minutes("10080m"), 10'080U);
  for (const auto* wrong : {"", "m", "0m", "-1m", "+1m", "1", "30", "30s", "1.5h", "2 h", " 2h",
                            "2H", "8d", "169h", "10081m", "1h30m", "99999999999m", "0x1m"})
    EXPECT_EQ(parse_minutes(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace kaido::cli
