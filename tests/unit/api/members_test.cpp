// What the members of each subject answer.
#include "server_fixture.hpp"

namespace kaido::api {
namespace {

TEST_F(DBusServerTest, TellsTheStatusWithConditionsCausesAndRemedies) {
  on_engine([](FakeControl& control) {
    control.status_report.conditions = {
        {Error{Condition::charon_absent, "/var/run/charon.vici"}, "charon", 12}};
  });
  auto status = call<Dictionary>("Status");
  EXPECT_EQ(status["name"].get<std::string>(), "osaka");
  EXPECT_EQ(status["number"].get<std::uint32_t>(), 7U);
  auto conditions = status["conditions"].get<std::vector<Dictionary>>();
  ASSERT_EQ(conditions.size(), 1U);
  EXPECT_EQ(conditions[0]["code"].get<std::string>(), "charon-absent");
  EXPECT_EQ(conditions[0]["severity"].get<std::string>(), "error");
  EXPECT_EQ(conditions[0]["detail"].get<std::string>(), "/var/run/charon.vici");
  EXPECT_EQ(conditions[0]["remedy"].get<std::string>(), info(Condition::charon_absent).remedy);
  EXPECT_EQ(conditions[0]["since"].get<std::int64_t>(), 12);
}

TEST_F(DBusServerTest, ListsTunnelsWithEveryDocumentedKey) {
  on_engine([](FakeControl& control) { control.tunnel_reports = {tunnel("tokyo/a:isp1/ikev2")}; });
  auto tunnels = call<std::vector<Dictionary>>("ListTunnels");
  ASSERT_EQ(tunnels.size(), 1U);
  EXPECT_EQ(tunnels[0].size(), 23U);
  EXPECT_EQ(tunnels[0]["reason"].get<std::string>(), "no-answer");
  EXPECT_EQ(tunnels[0]["reason_detail"].get<std::string>(), "203.0.113.1[500], 5 attempts");
  EXPECT_EQ(tunnels[0]["received"].get<std::uint64_t>(), 5'000'000'000ULL);
  EXPECT_EQ(tunnels[0]["last_handshake"].get<std::int64_t>(), -1);
  EXPECT_EQ(tunnels[0]["used_for"].get<Lines>(), Lines{"corp"});
}

PathReport path() {
  PathReport path;
  path.name = "tokyo/a:isp1/ikev2";
  path.networks = {"corp"};
  path.hub = "tokyo";
  path.health = "suspect";
  path.trouble = "upload-dead";
  path.reason = Error{Condition::path_upload_dead, "the hub has heard nothing for 151 ms"};
  path.loss_up = 0.25;
  path.rtt_median = 8'200;
  path.reordered = 5'000'000'000;
  path.size = 1420;
  path.cost_kbit = 26.4;
  path.loss_history = {-1, 0, 1000};
  path.delay_history = {-1, 82, -1};
  return path;
}

TEST_F(DBusServerTest, TellsPathsWithEveryDocumentedKey) {
  on_engine([](FakeControl& control) { control.path_reports = {path()}; });
  auto paths = call<std::vector<Dictionary>>("Paths");
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(paths[0].size(), 32U);
  EXPECT_EQ(paths[0]["health"].get<std::string>(), "suspect");
  EXPECT_EQ(paths[0]["trouble"].get<std::string>(), "upload-dead");
  EXPECT_EQ(paths[0]["reason"].get<std::string>(), "path-upload-dead");
  EXPECT_EQ(paths[0]["loss_up"].get<double>(), 0.25);
  EXPECT_EQ(paths[0]["loss_down"].get<double>(), -1);
  EXPECT_EQ(paths[0]["rtt_median"].get<std::int64_t>(), 8'200);
  EXPECT_EQ(paths[0]["age"].get<std::int64_t>(), -1);
  EXPECT_EQ(paths[0]["reordered"].get<std::uint64_t>(), 5'000'000'000ULL);
  EXPECT_EQ(paths[0]["loss_history"].get<std::vector<std::int32_t>>(),
            (std::vector<std::int32_t>{-1, 0, 1000}));
}

TEST_F(DBusServerTest, TellsWhyANetworkGoesWhereItGoes) {
  on_engine([](FakeControl& control) {
    NetworkReport network;
    network.name = "corp";
    network.pinned = true;
    network.rule = "requested";
    network.switched_ago = 12;
    control.network_reports = {network};
  });
  auto networks = call<std::vector<Dictionary>>("ListNetworks");
  ASSERT_EQ(networks.size(), 1U);
  EXPECT_EQ(networks[0].size(), 12U);
  EXPECT_TRUE(networks[0]["pinned"].get<bool>());
  EXPECT_EQ(networks[0]["rule"].get<std::string>(), "requested");
  EXPECT_EQ(networks[0]["switched_ago"].get<std::int64_t>(), 12);
}

TEST_F(DBusServerTest, SwitchesANetworkOrLetsItChooseAgain) {
  on_engine([](FakeControl& control) {
    control.network_reports = {{.name = "corp", .tunnel = "tokyo/b:isp2/ikev2"}};
  });
  const std::string corp = "corp";
  EXPECT_EQ(call<std::string>("SwitchNetwork", corp, std::string("tokyo/a:isp1/ikev2")),
            "tokyo/a:isp1/ikev2");
  EXPECT_EQ(call<std::string>("SwitchNetwork", corp, std::string()), "tokyo/b:isp2/ikev2");
  EXPECT_EQ(error_of("SwitchNetwork", std::string("nowhere"), std::string()).getName(),
            "org.kaido.Error.NotFound");
  on_engine([](FakeControl& control) {
    control.trouble = Error{Condition::path_silent, "tokyo/a:isp1/ikev2: for 4 s"};
  });
  const auto refused = error_of("SwitchNetwork", corp, std::string("tokyo/a:isp1/ikev2"));
  EXPECT_EQ(refused.getName(), "org.kaido.Error.PathSilent");
  EXPECT_EQ(refused.getMessage(), "tokyo/a:isp1/ikev2: for 4 s");
}

TEST_F(DBusServerTest, ListsTenThousandTunnels) {
  on_engine([](FakeControl& control) {
    for (int i = 0; i < 10'000; ++i)
      control.tunnel_reports.push_back(tunnel("site" + std::to_string(i) + ":1/wireguard"));
  });
  auto tunnels = call<std::vector<Dictionary>>("ListTunnels");
  ASSERT_EQ(tunnels.size(), 10'000U);
  EXPECT_EQ(tunnels.back()["name"].get<std::string>(), "site9999:1/wireguard");
  EXPECT_EQ(call<Dictionary>("Status").count("name"), 1U) << "it still answers afterwards";
}

TEST_F(DBusServerTest, SwitchesTunnelsAndSaysHowMany) {
  on_engine([](FakeControl& control) {
    control.tunnel_reports = {tunnel("tokyo/a:isp1/ikev2"), tunnel("tokyo/b:isp1/ikev2")};
  });
  EXPECT_EQ(call<std::uint32_t>("SetEnabled", std::string("tokyo"), false), 2U);
  on_engine([](FakeControl& control) {
    ASSERT_EQ(control.switched.size(), 1U);
    EXPECT_EQ(control.switched[0], std::pair(std::string("tokyo"), false));
  });
  EXPECT_EQ(error_of("SetEnabled", std::string("kyoto"), true).getName(),
            "org.kaido.Error.NotFound");
}

TEST_F(DBusServerTest, RefusesAConfigurationWithAllItsMistakes) {
  on_engine([](FakeControl& control) {
    control.mistakes = {{"/etc/kaido/kaido.toml", 3, 1, "unknown key nam", "did you mean name?"},
                        {"/etc/kaido/kaido.toml", 9, 5, "expected a number", ""}};
  });
  const auto expected =
      "/etc/kaido/kaido.toml:3:1: unknown key nam (did you mean name?)\n"
      "/etc/kaido/kaido.toml:9:5: expected a number";
  const auto applying = error_of("Apply", std::string("nam = 1"), false);
  EXPECT_EQ(applying.getName(), "org.kaido.Error.ConfigInvalid");
  EXPECT_EQ(applying.getMessage(), expected);
  EXPECT_EQ(error_of("Diff", std::string("nam = 1")).getMessage(), expected);
  EXPECT_EQ(error_of("DiffFile").getMessage(), expected);
}

TEST_F(DBusServerTest, ComparesATextOrTheFile) {
  EXPECT_EQ(call<Lines>("Diff", std::string("a = 1")), Lines{"differs: a = 1"});
  EXPECT_EQ(call<Lines>("DiffFile"), Lines{"differs: the file"});
}

TEST_F(DBusServerTest, AppliesATextOrTheFileAndTellsWhatChanged) {
  EXPECT_EQ(call<Lines>("Apply", std::string("a = 1"), false), Lines{"hub tokyo is new"});
  EXPECT_EQ(call<Lines>("Apply", std::string(), true), Lines{"hub tokyo is new"});
  on_engine([](FakeControl& control) {
    EXPECT_EQ(control.applied[0], "a = 1");
    EXPECT_EQ(control.applied[1], std::nullopt);
    control.trouble = Error{Condition::config_not_written, "no space left on device"};
  });
  const auto error = error_of("Apply", std::string("a = 1"), false);
  EXPECT_EQ(error.getName(), "org.kaido.Error.ConfigNotWritten");
  EXPECT_EQ(error.getMessage(), "no space left on device");
}

TEST_F(DBusServerTest, GivesTheNewestOfTheLog) {
  on_engine([](FakeControl& control) {
    for (int i = 0; i < 5; ++i) control.entries.push_back({i, 6, "TUNNEL_UP", "t", "text"});
  });
  auto entries = call<std::vector<Dictionary>>("Log", std::uint32_t{2});
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0]["time"].get<std::int64_t>(), 3);
  EXPECT_EQ(entries[0]["priority"].get<std::uint8_t>(), 6);
}

}  // namespace
}  // namespace kaido::api
