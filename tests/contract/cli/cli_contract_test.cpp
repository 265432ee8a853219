// What cli/README.md promises: exit codes, the keys of --json, help with examples.
#include <algorithm>
#include <csignal>

#include "world.hpp"

namespace kaido::test {
namespace {

/// Each verb, everything being well, and what its object has.
struct Verb {
  Words words;
  Words keys;
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      {{"status"}, {"works", "status", "uplinks", "networks", "tunnels", "paths"}},
      {{"tunnels"}, {"tunnels"}},
      {{"tunnels", "tokyo/a:isp1/ikev2"}, {"tunnels"}},
      {{"paths"}, {"works", "networks", "paths"}},
      {{"paths", "tokyo/a", "--why"}, {"works", "networks", "paths"}},
      {{"paths", "--minute"}, {"works", "networks", "paths"}},
      {{"switch", "corp"}, {"network", "path", "pinned"}},
      {{"switch", "corp", "tokyo/b"}, {"network", "path", "pinned"}},
      {{"down", "tokyo"}, {"enabled", "tunnels"}},
      {{"up", "tokyo"}, {"enabled", "tunnels"}},
      {{"config", "diff"}, {"differences"}},
      {{"config", "diff", "-"}, {"differences"}},
      {{"config", "apply"}, {"changes"}},
      {{"config", "apply", "-"}, {"changes"}},
      {{"config", "show"}, {"configuration"}},
      {{"log"}, {"log"}},
      {{"log", "-n", "1"}, {"log"}},
      {{"version"}, {"kaido", "kaidod"}},
      {{"user", "list"}, {"users"}},
      {{"user", "add", "bob"}, {"added"}},
      {{"user", "show", "alice"}, {"user", "devices", "sessions"}},
      {{"user", "disable", "alice"}, {"user"}},
      {{"device", "list"}, {"devices"}},
      {{"device", "disable", "alice", "laptop"}, {"user", "device"}},
      {{"session", "list"}, {"sessions"}},
      {{"audit"}, {"audit"}},
      {{"audit", "verify"}, {"entries", "fault", "first_bad"}},
      {{"login", "explain", "alice"}, {"user", "refusals", "admitted"}},
      {{"teardown", "--yes"}, {"removed"}},
  };
  return all;
}

std::string joined(const Words& words) {
  std::string line = "kaido";
  for (const auto& word : words) line += ' ' + word;
  return line;
}

Words with(Words words, const std::string& last) {
  words.push_back(last);
  return words;
}

Words keys_of(const boost::json::object& object) {
  Words keys;
  for (const auto& member : object) keys.emplace_back(member.key());
  return keys;
}

std::string code_of(const boost::json::object& object) {
  const auto* error = object.if_contains("error");
  return error == nullptr ? "none" : std::string(error->at("code").as_string());
}

TEST_F(Cli, EndsWithZeroAndPrintsTheDocumentedKeysWhileAllIsWell) {
  for (const auto& [words, keys] : verbs()) {
    const auto spoken = run(words, "a = 1");
    EXPECT_EQ(spoken.exit, 0) << joined(words) << spoken.err;
    EXPECT_NE(spoken.out, "") << joined(words);
    EXPECT_EQ(spoken.out.back(), '\n') << joined(words);
    EXPECT_EQ(spoken.out.find('\x1b'), std::string::npos)
        << joined(words) << ": no terminal, no colour";
    EXPECT_EQ(spoken.err, "") << joined(words);
    const auto told = run(with(words, "--json"), "a = 1");
    EXPECT_EQ(told.exit, 0) << joined(words);
    EXPECT_EQ(std::ranges::count(told.out, '\n'), 1) << joined(words) << ": one line";
    EXPECT_EQ(keys_of(object_of(told.out)), keys) << joined(words) << '\n' << told.out;
    EXPECT_EQ(told.err, "") << joined(words);
  }
}

TEST_F(Cli, ShowsExamplesForEveryVerb) {
  for (const auto& words : std::initializer_list<Words>{{},
                                                        {"status"},
                                                        {"tunnels"},
                                                        {"paths"},
                                                        {"switch"},
                                                        {"up"},
                                                        {"down"},
                                                        {"config"},
                                                        {"config", "check"},
                                                        {"config", "diff"},
                                                        {"config", "apply"},
                                                        {"config", "show"},
                                                        {"config", "site-entry"},
                                                        {"log"},
                                                        {"teardown"},
                                                        {"version"},
                                                        {"user"},
                                                        {"user", "import"},
                                                        {"user", "otp", "new"},
                                                        {"device", "add"},
                                                        {"session", "list"},
                                                        {"audit"},
                                                        {"login"},
                                                        {"logout"}}) {
    const auto help = run(with(words, "--help"));
    EXPECT_EQ(help.exit, 0) << joined(words);
    EXPECT_NE(help.out.find("Examples:\n  " + joined(words)), std::string::npos)
        << joined(words) << '\n'
        << help.out;
    EXPECT_EQ(help.out.find(" TEXT"), std::string::npos) << help.out;
    EXPECT_EQ(help.err, "") << joined(words);
  }
}

TEST_F(Cli, KnowsItsVersion) {
  const auto own = run({"--version"});
  EXPECT_EQ(own.exit, 0);
  EXPECT_EQ(own.out, "kaido " KAIDO_VERSION "\n");
  EXPECT_EQ(object_of(run({"version", "--json"}).out).at("kaido").as_string(), KAIDO_VERSION);
}

TEST_F(Cli, EndsWithOneWhenSomethingDoesNotWork) {
  on_engine([](api::FakeControl& control) {
    control.status_report.conditions = {
        {Error{Condition::charon_absent, "/var/run/charon.vici"}, "charon", 12}};
    control.tunnel_reports[1].state = "back-off";
    control.network_reports[0].tunnel = "";
  });
  for (const Words& words :
       {Words{"status"}, Words{"tunnels"}, Words{"paths"}, Words{"switch", "corp"}}) {
    EXPECT_EQ(run(words).exit, 1) << joined(words);
    EXPECT_EQ(run(with(words, "--json")).exit, 1) << joined(words);
  }
  EXPECT_EQ(run({"tunnels", "tokyo/a"}).exit, 0) << "only those shown count";
  const auto status = run({"status"});
  EXPECT_NE(status.out.find(info(Condition::charon_absent).remedy), std::string::npos)
      << status.out;
  EXPECT_FALSE(object_of(run({"status", "--json"}).out).at("works").as_bool());
}

TEST_F(Cli, TakesTunnelsThatListenOrAreDisabledForFine) {
  on_engine([](api::FakeControl& control) {
    control.tunnel_reports[0].state = "listening";
    control.tunnel_reports[1].state = "disabled";
  });
  EXPECT_EQ(run({"tunnels"}).exit, 0);
}

TEST_F(Cli, EndsWithTwoOnAMistakeInTheCommandLine) {
  for (const Words& words : {Words{},
                             {"stauts"},
                             {"status", "--jsno"},
                             {"up"},
                             {"switch"},
                             {"config"},
                             {"config", "site-entry"},
                             {"log", "-n", "0"},
                             {"log", "-n", "many"}}) {
    const auto ended = run(words);
    EXPECT_EQ(ended.exit, 2) << joined(words);
    EXPECT_EQ(ended.out, "") << joined(words);
    EXPECT_NE(ended.err, "") << joined(words);
  }
  const auto unasked = run({"teardown"});
  EXPECT_EQ(unasked.exit, 2) << "no terminal to ask on";
  EXPECT_NE(unasked.err.find("--yes"), std::string::npos) << unasked.err;
  EXPECT_EQ(run({"teardown", "--json"}).exit, 2);
  on_engine([](api::FakeControl& control) { EXPECT_EQ(control.teardowns, 0); });
}

TEST_F(Cli, AsksWhichPathIsMeantWhenSeveralAre) {
  const auto ended = run({"switch", "corp", "tokyo"});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_NE(ended.err.find("tokyo/b:isp2/ikev2"), std::string::npos) << ended.err;
}

TEST_F(Cli, EndsWithThreeOnMistakesInAConfiguration) {
  const auto file = write("new.toml", "[gateway]\nnam = \"osaka\"\nrole = \"branch\"\n");
  const auto checked = run({"config", "check", file});
  EXPECT_EQ(checked.exit, 3);
  EXPECT_NE(checked.err.find("    2 | nam = \"osaka\"\n"), std::string::npos) << checked.err;
  const auto told = run({"config", "check", file, "--json"});
  EXPECT_EQ(told.exit, 3);
  EXPECT_EQ(keys_of(object_of(told.out)), (Words{"file", "right", "mistakes"}));
  EXPECT_EQ(run({"config", "check", folder_ / "none.toml"}).exit, 3);
  EXPECT_EQ(run({"--config", file, "config", "site-entry", "tokyo"}).exit, 3);

  on_engine([&](api::FakeControl& control) {
    control.mistakes = {{"/etc/kaido/kaido.toml", 2, 1, "unknown key nam", "did you mean name?"}};
  });
  for (const auto* const verb : {"diff", "apply"}) {
    const auto refused = run({"config", verb, file});
    EXPECT_EQ(refused.exit, 3) << verb;
    EXPECT_NE(refused.err.find(file.string() + ":2:1: "), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("    2 | nam = \"osaka\"\n"), std::string::npos) << refused.err;
    const auto error = object_of(run({"config", verb, "--json"}).out).at("error").as_object();
    EXPECT_EQ(error.at("code").as_string(), "config-invalid");
    EXPECT_EQ(error.at("mistakes").as_array().at(0).at("line").as_int64(), 2);
  }
}

TEST_F(Cli, ComparesAndAppliesTheDaemonsFileUnlessItIsGivenOne) {
  EXPECT_NE(run({"config", "diff"}).out.find("differs: the file"), std::string::npos);
  EXPECT_NE(run({"config", "diff", write("new.toml", "b = 2")}).out.find("differs: b = 2"),
            std::string::npos);
  EXPECT_NE(run({"config", "diff", "-"}, "c = 3").out.find("differs: c = 3"), std::string::npos);
  EXPECT_EQ(run({"config", "apply"}).exit, 0);
  EXPECT_EQ(run({"config", "apply", "-"}, "c = 3").exit, 0);
  on_engine([](api::FakeControl& control) {
    ASSERT_EQ(control.applied.size(), 2U);
    EXPECT_EQ(control.applied[0], std::nullopt);
    EXPECT_EQ(control.applied[1], "c = 3");
  });
  EXPECT_EQ(run({"config", "diff", folder_ / "none.toml"}).exit, 6);
}

TEST_F(Cli, EndsWithFourWhileTheDaemonOrTheBusIsAbsent) {
  const auto expect_absent = [](const char* code, const char* remedy) {
    for (const auto& [words, keys] : verbs()) {
      if (words[0] == "version" || words[0] == "teardown") continue;  // do without it
      const auto ended = run(words, "a = 1");
      EXPECT_EQ(ended.exit, 4) << joined(words);
      EXPECT_EQ(ended.out, "") << joined(words);
      EXPECT_NE(ended.err.find(remedy), std::string::npos) << ended.err;
      const auto told = run(with(words, "--json"), "a = 1");
      EXPECT_EQ(told.exit, 4) << joined(words);
      EXPECT_EQ(code_of(object_of(told.out)), code) << joined(words);
    }
    const auto version = run({"version", "--json"});
    EXPECT_EQ(version.exit, 0);
    EXPECT_TRUE(object_of(version.out).at("kaidod").is_null()) << version.out;
  };
  gateway_.stop();
  expect_absent("daemon-absent", "systemctl start kaidod");
  bus_.stop();
  expect_absent("bus-absent", "systemctl start dbus");
}

TEST_F(Cli, EndsWithFiveWhereItIsNotPermitted) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
  for (const Words& words :
       {Words{"down", "tokyo"}, Words{"switch", "corp"}, Words{"config", "diff"},
        Words{"config", "apply"}, Words{"teardown", "--yes"}, Words{"user", "list"},
        Words{"session", "list"}, Words{"audit"}}) {
    const auto ended = run_as_nobody(words);
    EXPECT_EQ(ended.exit, 5) << joined(words) << ended.err;
    EXPECT_NE(ended.err.find("group kaido"), std::string::npos) << ended.err;
    EXPECT_EQ(code_of(object_of(run_as_nobody(with(words, "--json")).out)), "permission-denied");
  }
  for (const Words& words : {Words{"status"}, Words{"paths"}, Words{"config", "show"}})
    EXPECT_EQ(run_as_nobody(words).exit, 0) << joined(words) << ": everybody may look";
}

TEST_F(Cli, DoesNotTakeAFileThatItMayNotReadForAMistake) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
  const auto folder = folder_ / "etc";
  std::filesystem::create_directory(folder);
  const auto file = write("etc/kaido.toml", "[gateway]\n");
  std::filesystem::permissions(folder, std::filesystem::perms(0750));
  for (const Words& words : {Words{"config", "check", file}, Words{"config", "diff", file},
                             Words{"--config", file, "config", "check"},
                             Words{"--config", file, "config", "site-entry", "tokyo"}}) {
    const auto ended = run_as_nobody(words);
    EXPECT_EQ(ended.exit, 5) << joined(words);
    EXPECT_EQ(ended.err.find("mistake"), std::string::npos) << ended.err;
    EXPECT_EQ(ended.err.find("group kaido"), std::string::npos) << "it would not help\n"
                                                                << ended.err;
    EXPECT_EQ(code_of(object_of(run_as_nobody(with(words, "--json")).out)), "permission-denied");
  }
}

TEST_F(Cli, EndsWithSixWhenTheDaemonRefuses) {
  for (const Words& words :
       {Words{"down", "kyoto"}, Words{"tunnels", "kyoto"}, Words{"paths", "kyoto"},
        Words{"switch", "nowhere"}, Words{"switch", "corp", "kyoto"}}) {
    const auto ended = run(words);
    EXPECT_EQ(ended.exit, 6) << joined(words);
    EXPECT_EQ(ended.out, "") << joined(words);
    EXPECT_EQ(code_of(object_of(run(with(words, "--json")).out)), "not-found") << joined(words);
  }
  on_engine([](api::FakeControl& control) {
    control.trouble = Error{Condition::config_not_written, "no space left on device"};
  });
  const auto refused = run({"config", "apply", "-"}, "a = 1");
  EXPECT_EQ(refused.exit, 6);
  EXPECT_NE(refused.err.find("no space left on device"), std::string::npos) << refused.err;
}

TEST_F(Cli, DrawsAgainWhenSomethingChangesAndWhenTheDaemonComesBack) {
  Running watching(kaido({"status", "--watch", "--json"}));
  EXPECT_TRUE(object_of(watching.line()).at("works").as_bool());
  on_engine([](api::FakeControl& control) {
    const ConditionReport gone{Error{Condition::uplink_down, "eth1"}, "isp1", 0};
    control.status_report.conditions = {gone};
    control.observer->condition_changed(gone, true);
  });
  EXPECT_FALSE(object_of(watching.line()).at("works").as_bool());
  gateway_.stop();
  auto line = object_of(watching.line());
  EXPECT_EQ(code_of(line), "daemon-absent");
  gateway_.start();
  while (!line.contains("works")) line = object_of(watching.line());
  EXPECT_FALSE(line.at("works").as_bool());
  watching.close_output();
  on_engine([](api::FakeControl& control) {
    control.observer->condition_changed(control.status_report.conditions[0], true);
  });
  EXPECT_EQ(watching.end(), -SIGPIPE) << "as others do in front of `| head`";
}

TEST_F(Cli, SaysHowATunnelComesUpAgain) {
  EXPECT_EQ(run({"down", "tokyo/a"}).out, "1 tunnel is down until you say: kaido up tokyo/a\n");
  EXPECT_EQ(run({"up", "tokyo/a"}).out,
            "1 tunnel runs again; see: kaido tunnels tokyo/a --watch\n");
}

TEST_F(Cli, FollowsTheLogFromItsPastOn) {
  Running following(kaido({"log", "--follow", "--json"}));
  EXPECT_EQ(object_of(following.line()).at("id").as_string(), "STARTED");
  on_engine([](api::FakeControl& control) {
    control.observer->logged(
        {1'800'000'001'000'000, 4, "TUNNEL_LOST", "tokyo/a:isp1/ikev2", "why"});
  });
  EXPECT_EQ(object_of(following.line()).at("id").as_string(), "TUNNEL_LOST");
}

}  // namespace
}  // namespace kaido::test
