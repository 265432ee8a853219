// The verbs themselves: what is typed, what is printed, what is left behind.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "arguments.hpp"
#include "commands/commands.hpp"
#include "fake_gateway.hpp"
#include "kaido/descriptor.hpp"
#include "login/saved_session.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

constexpr char kCode[] = "271828";

struct Ran {
  int exit = 0;
  std::string output;
  std::string errors;
};

std::string all_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Commands : public testing::Test {
 protected:
  Commands() {
    std::filesystem::create_directories(folder / "config/kaido");
    folder.write("config/kaido/login.toml", "hubs = [\"" + gateway.url().to_string() +
                                                "\"]\nuser = \"mika\"\ncertificate = "
                                                "\"../../laptop.crt\"\nkey = \"../../laptop.key\"\n"
                                                "trust = \"../../ca.pem\"\n");
    setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
    setenv("XDG_STATE_HOME", (folder / "state").c_str(), 1);
    setenv("TZ", "UTC", 1);
  }

  Ran run(std::vector<const char*> words) {
    words.insert(words.begin(), "kaido");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto options = parse_arguments(static_cast<int>(words.size()), words.data());
    Ran ran;
    ran.exit = options ? static_cast<int>(cli::run(*options)) : options.error();
    ran.output = testing::internal::GetCapturedStdout();
    ran.errors = testing::internal::GetCapturedStderr();
    seen += ran.output + ran.errors;
    return ran;
  }
  /// With the code on a descriptor.
  Ran log_in(std::vector<const char*> words) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    EXPECT_EQ(write(writing.get(), kCode, sizeof kCode - 1),
              static_cast<ssize_t>(sizeof kCode - 1));
    writing.close();
    const auto number = std::to_string(reading.get());
    words.insert(words.begin(), {"login", "--code-fd", number.c_str()});
    return run(std::move(words));
  }

  Folder folder;
  Issued authority = issue({.authority = true});
  Issued laptop = issue({}, &authority);
  std::array<std::filesystem::path, 3> files{
      folder.write("ca.pem", config::to_pem(*authority.certificate), 0644),
      folder.write("laptop.crt", config::to_pem(*laptop.certificate), 0644),
      folder.write("laptop.key", config::to_pem(*laptop.key).reveal_text())};
  FakeGateway gateway{issue({}, &authority)};
  std::string seen;  ///< all that was printed
};

TEST_F(Commands, ALoginSaysUntilWhenAndWhatItReaches) {
  const auto ran = log_in({});
  EXPECT_EQ(ran.exit, 0) << ran.errors;
  EXPECT_TRUE(ran.output.starts_with("Logged in at " + gateway.url().to_string() +
                                     " until 15:20 (in 7 h 20 min).\n"
                                     "Own addresses: 10.8.0.2/32\n"
                                     "Reaches: 10.0.0.0/8\n"
                                     "To bring the tunnel up, log in with"))
      << ran.output;
  EXPECT_TRUE(gateway.signed_well());
}

TEST_F(Commands, TheConfigurationIsWrittenAndItsUseSaid) {
  const auto conf = (folder / "kaido.conf").string();
  const auto key = (folder / "wg.key").string();
  const auto ran = log_in({"--wireguard-key", key.c_str(), "--write-config", conf.c_str()});
  EXPECT_EQ(ran.exit, 0) << ran.errors;
  EXPECT_TRUE(ran.output.contains("Bring the tunnel up: sudo wg-quick up " + conf + '\n'));
  EXPECT_TRUE(read(conf).starts_with("# Written by kaido login"));
}

TEST_F(Commands, TheWholeLifeOfASession) {
  EXPECT_EQ(run({"login", "--state"}).exit, 1);
  EXPECT_EQ(log_in({}).exit, 0);
  EXPECT_TRUE(run({"login", "--state"}).output.starts_with("Logged in at "));
  gateway.answer(admitted(kHubEnds + 3'600));
  EXPECT_EQ(run({"login", "--extend"}).output, "The session now ends at 16:20 (in 8 h 20 min).\n");
  gateway.answer(http(200, R"({"outcome":"ended"})"));
  const auto out = run({"logout"});
  EXPECT_EQ(out.exit, 0);
  EXPECT_EQ(out.output, "Logged out at " + gateway.url().to_string() + ".\n");
  const auto again = run({"logout"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_EQ(again.output, "There is no session.\n");
}

TEST_F(Commands, JsonIsOneObjectInOneLine) {
  const auto object = boost::json::parse(log_in({"--json"}).output).as_object();
  EXPECT_EQ(object.at("outcome"), "admitted");
  EXPECT_EQ(object.at("ends"), kHubEnds);
  EXPECT_TRUE(object.at("config").is_null());
  EXPECT_EQ(boost::json::parse(run({"login", "--state", "--json"}).output).at("session"),
            "4f1d2a9c");
  gateway.answer(http(200, R"({"outcome":"ended"})"));
  EXPECT_EQ(run({"logout", "--json"}).output, "{\"outcome\":\"ended\"}\n");
  EXPECT_EQ(run({"logout", "--json"}).output, "{\"outcome\":\"none\"}\n");
  gateway.answer(http(403, R"({"outcome":"refused"})"));
  const auto refused = log_in({"--json"});
  EXPECT_EQ(refused.exit, 6);
  EXPECT_EQ(boost::json::parse(refused.output).at("error").at("code"), "hub-refused");
}

TEST_F(Commands, ASessionThatIsWatchedEndsWithACodeOfItsOwn) {
  gateway.answer(admitted(kHubNow));
  const auto ran = log_in({"--watch"});
  EXPECT_EQ(ran.exit, 7);
  EXPECT_TRUE(ran.output.ends_with("The session is over: log in again.\n")) << ran.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "state/kaido/session.json"));
}

TEST_F(Commands, ARefusalIsOneSentence) {
  gateway.answer(http(403, R"({"outcome":"refused"})"));
  const auto ran = log_in({});
  EXPECT_EQ(ran.exit, 6);
  EXPECT_EQ(ran.errors, std::string("kaido: ") + text::login_refused + '\n');
}

TEST_F(Commands, AHubThatIsDeadIsNamedAndSoIsTheEndOfTheSession) {
  EXPECT_EQ(log_in({}).exit, 0);
  const DeadPort dead;
  const auto url = "https://localhost:" + std::to_string(dead.port());
  const auto ran = log_in({url.c_str()});
  EXPECT_EQ(ran.exit, 4);
  EXPECT_EQ(ran.errors,
            "kaido: " + url + " cannot be used: it cannot be reached (Connection refused)\n");
}

TEST_F(Commands, ASessionThatIsOverIsForgottenThoughTheHubIsDead) {
  const DeadPort dead;
  const auto file = folder / "state/kaido/session.json";
  SavedSession saved{.hub = {.host = "localhost", .port = dead.port()},
                     .session = "4f",
                     .user = "mika",
                     .ends = 1'000,
                     .offset = 0,
                     .certificate = folder / "laptop.crt",
                     .key = folder / "laptop.key",
                     .trust = folder / "ca.pem"};
  ASSERT_TRUE(save_session(file, saved));
  EXPECT_EQ(run({"logout"}).output, "The session was over already.\n");
  EXPECT_FALSE(std::filesystem::exists(file));
  saved.ends = 253'402'300'799;
  ASSERT_TRUE(save_session(file, saved));
  const auto ran = run({"logout"});
  EXPECT_EQ(ran.exit, 4);
  EXPECT_TRUE(ran.errors.contains("it ends by itself at 9999-12-31 23:59"));
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(Commands, MistakesInTheFileAreShownAtTheirPlace) {
  folder.write("config/kaido/login.toml", "user = 7\n");
  const auto ran = log_in({});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(ran.errors.contains("login.toml:1:8: mistake: user: expected a string"))
      << ran.errors;
}

TEST_F(Commands, TheCommandLineSaysMoreThanTheFile) {
  EXPECT_EQ(log_in({"--user", "tom"}).exit, 0);
  EXPECT_EQ(boost::json::parse(gateway.asked().back()).at("user"), "tom");
  EXPECT_EQ(log_in({"http://hub"}).exit, 2);
  EXPECT_EQ(log_in({"--write-config", "x.conf"}).exit, 2);
  EXPECT_EQ(log_in({"--user", "a\nb"}).exit, 2);
}

TEST_F(Commands, WhatIsMissingIsSaid) {
  folder.write("config/kaido/login.toml", "");
  EXPECT_TRUE(log_in({}).errors.contains(text::no_certificate_given));
  const auto certificate = (folder / "laptop.crt").string();
  const auto key = (folder / "laptop.key").string();
  EXPECT_TRUE(log_in({"--certificate", certificate.c_str(), "--key", key.c_str()})
                  .errors.contains(text::no_hub_given));
}

TEST_F(Commands, ACodeIsNeverAnArgumentAndNowhereToBeSeen) {
  EXPECT_EQ(run({"login", "--code", kCode}).exit, 2);
  EXPECT_EQ(run({"login", kCode}).exit, 2);
  seen.clear();
  for (const auto& answer : {admitted(), http(403, R"({"outcome":"refused"})"), http(200, kCode)}) {
    gateway.answer(answer);
    static_cast<void>(log_in({}));
    static_cast<void>(log_in({"--json"}));
  }
  EXPECT_EQ(boost::json::parse(gateway.asked().back()).at("code"), kCode);
  EXPECT_FALSE(seen.contains(kCode));
  EXPECT_FALSE(all_of("/proc/self/cmdline").contains(kCode));
  EXPECT_FALSE(all_of("/proc/self/environ").contains(kCode));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file()) EXPECT_FALSE(read(entry.path()).contains(kCode)) << entry.path();
}

TEST_F(Commands, LoginAndExplainDoNotMix) {
  EXPECT_EQ(run({"login", "--state", "--extend"}).exit, 2);
  EXPECT_EQ(run({"login", "--state", "https://hub"}).exit, 2);
  EXPECT_EQ(run({"login", "--user", "mika", "explain", "mika"}).exit, 2);
  const std::array words{"kaido", "login", "explain", "mika"};
  const auto options = parse_arguments(words.size(), words.data());
  ASSERT_TRUE(options);
  EXPECT_EQ(options->verb, Verb::login_explain);
  EXPECT_EQ(options->name, "mika");
}

TEST_F(Commands, WithoutACodeNobodyIsAskedForOne) {
  gateway.answer(admitted());
  EXPECT_EQ(run({"login", "--no-code"}).exit, 0);
  EXPECT_FALSE(boost::json::parse(gateway.asked().back()).as_object().contains("code"));
  EXPECT_EQ(log_in({"--no-code"}).exit, 2) << "one or the other";
}

}  // namespace
}  // namespace kaido::cli::login
