#include "decode.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "client.hpp"
#include "gateway.hpp"
#include "private_bus.hpp"

namespace kaido::cli {
namespace {

/// A client of a server on a bus of their own.
class Decoding : public testing::Test {
 protected:
  void SetUp() override {
    bus_.start();
    gateway_.start();
    ASSERT_EQ(gateway_.bus_report(0), std::pair(true, std::string()));
  }

  static Client client() { return Client::connect().value(); }

  json::array sent(const std::vector<TunnelReport>& tunnels) {
    gateway_.on_engine([&] { gateway_.control.tunnel_reports = tunnels; });
    return client().tunnels().value();
  }

  api::PrivateBus bus_;
  api::Gateway gateway_;
};

TEST_F(Decoding, ReadsWhatTheServerWrites) {
  StatusReport report{.name = "大阪",
                      .role = "branch",
                      .number = 7,
                      .version = "0.1.0",
                      .uptime = 5,
                      .tunnels_up = 1,
                      .tunnels = 2,
                      .certificate_expires = 1'800'000'000};
  report.conditions = {{Error{Condition::uplink_down, "eth1"}, "isp1", 9}};
  gateway_.on_engine([&] { gateway_.control.status_report = report; });
  const auto value = client().status().value();
  EXPECT_EQ(json::serialize(value.at("conditions")),
            R"([{"code":"uplink-down","severity":"error","cause":"The uplink has no link",)"
            R"("remedy":"Check the cable and the device at its other end","detail":"eth1",)"
            R"("subject":"isp1","since":9}])");
  StatusReport received;
  decode(value, received);
  EXPECT_EQ(received.name, "大阪");
  EXPECT_EQ(received.certificate_expires, 1'800'000'000);
  ASSERT_EQ(received.conditions.size(), 1U);
  EXPECT_EQ(received.conditions[0].error, report.conditions[0].error);
  EXPECT_EQ(received.conditions[0].since, 9);
}

TEST_F(Decoding, KeepsEveryMemberOfATunnel) {
  TunnelReport tunnel{.name = "tokyo/a:isp1/wireguard",
                      .slot = 255,
                      .reason = Error{Condition::tunnel_refused, "detail"},
                      .next_attempt = -1,
                      .received = ~0ULL,
                      .last_handshake = 33,
                      .used_for = {"corp", "partner"}};
  const auto received = decode_list<TunnelReport>(sent({tunnel, tunnel}));
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[1].name, tunnel.name);
  EXPECT_EQ(received[1].slot, 255U);
  EXPECT_EQ(received[1].reason, tunnel.reason);
  EXPECT_EQ(received[1].next_attempt, -1);
  EXPECT_EQ(received[1].received, ~0ULL);
  EXPECT_EQ(received[1].last_handshake, 33);
  EXPECT_EQ(received[1].used_for, tunnel.used_for);
}

TEST_F(Decoding, KeepsEveryMemberOfAPath) {
  PathReport path;
  path.name = "tokyo/a:isp1/ikev2";
  path.networks = {"corp"};
  path.trouble = "lossy";
  path.reason = Error{Condition::path_lossy, "3.1 % upwards"};
  path.loss_up = 0.031;
  path.rtt_p95 = 12'345;
  path.reordered = ~0ULL;
  path.full_size = 1438;
  path.cost_gb_month = 8.5;
  path.hold = 48;
  path.loss_history = {-1, 0, 1000};
  path.delay_history = {82, -1};
  gateway_.on_engine([&] { gateway_.control.path_reports = {path}; });
  const auto received = decode_list<PathReport>(client().paths().value());
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].networks, path.networks);
  EXPECT_EQ(received[0].trouble, "lossy");
  EXPECT_EQ(received[0].reason, path.reason);
  EXPECT_EQ(received[0].loss, -1);
  EXPECT_EQ(received[0].loss_up, 0.031);
  EXPECT_EQ(received[0].rtt_p95, 12'345);
  EXPECT_EQ(received[0].reordered, ~0ULL);
  EXPECT_EQ(received[0].full_size, 1438U);
  EXPECT_EQ(received[0].cost_gb_month, 8.5);
  EXPECT_EQ(received[0].hold, 48);
  EXPECT_EQ(received[0].loss_history, path.loss_history);
  EXPECT_EQ(received[0].delay_history, path.delay_history);
}

TEST_F(Decoding, KeepsWhyANetworkGoesWhereItGoes) {
  NetworkReport network{.name = "corp", .tunnel = "tokyo/a:isp1/ikev2"};
  network.pinned = true;
  network.rule = "requested";
  network.outlook = "until it fails";
  network.switches = 3;
  network.switched_ago = 12;
  gateway_.on_engine([&] { gateway_.control.network_reports = {network}; });
  const auto received = decode_list<NetworkReport>(client().networks().value());
  ASSERT_EQ(received.size(), 1U);
  EXPECT_TRUE(received[0].pinned);
  EXPECT_EQ(received[0].rule, "requested");
  EXPECT_EQ(received[0].outlook, "until it fails");
  EXPECT_EQ(received[0].switches, 3U);
  EXPECT_EQ(received[0].switched_ago, 12);
  EXPECT_EQ(client().switch_network("corp", "").value(), "tokyo/a:isp1/ikev2");
  EXPECT_EQ(client().switch_network("nowhere", "").error().code, "not-found");
}

TEST_F(Decoding, HasEmptyListsAndNoReason) {
  const auto value = sent({TunnelReport{.name = "t"}}).at(0);
  EXPECT_EQ(json::serialize(value.at("used_for")), "[]");
  EXPECT_EQ(value.at("reason").as_string(), "");
  TunnelReport received;
  decode(value.as_object(), received);
  EXPECT_FALSE(received.reason);
}

TEST_F(Decoding, SurvivesWhatAnotherVersionSends) {
  const auto value = json::parse(
      R"({"name":"t","slot":"one","received":-1,"reason":"from-the-future","new":{"a":1}})");
  TunnelReport received;
  decode(value.as_object(), received);
  EXPECT_EQ(received.name, "t");
  EXPECT_EQ(received.slot, 0U);
  EXPECT_EQ(received.received, 0U);
  EXPECT_EQ(received.reason, (Error{Condition::internal, ""}));
}

TEST_F(Decoding, TurnsErrorsIntoExitCodes) {
  gateway_.on_engine([&] {
    gateway_.control.mistakes = {{"/etc/kaido/kaido.toml", 3, 1, "unknown key nam", ""}};
  });
  const auto refused = client().apply("nam = 1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit, Exit::config_invalid);
  EXPECT_EQ(refused.error().mistakes, gateway_.control.mistakes);
  EXPECT_EQ(client().set_enabled("kyoto", true).error().code, "not-found");
  EXPECT_EQ(client().set_enabled("kyoto", true).error().exit, Exit::failed);
  gateway_.stop();
  EXPECT_EQ(client().status().error().exit, Exit::unreachable);
  bus_.stop();
  EXPECT_EQ(Client::connect().error().exit, Exit::unreachable);
}

TEST(Mistakes, AreReadBackFromTheDaemonsLines) {
  const auto mistakes = parse_mistakes(
      "/etc/kaido/kaido.toml:12:3: unknown key a:b (did you mean name?)\n"
      "/etc/kaido/kaido.toml: cannot be read\n"
      "something else: 1:2\n");
  ASSERT_EQ(mistakes.size(), 3U);
  EXPECT_EQ(mistakes[0], (Diagnostic{"/etc/kaido/kaido.toml", 12, 3,
                                     "unknown key a:b (did you mean name?)", ""}));
  EXPECT_EQ(mistakes[1], (Diagnostic{"/etc/kaido/kaido.toml", 0, 0, "cannot be read", ""}));
  EXPECT_EQ(mistakes[2], (Diagnostic{"", 0, 0, "something else: 1:2", ""}));
}

}  // namespace
}  // namespace kaido::cli
