// What people ask of kaidod, and what it tells of its tunnels.
#include <gtest/gtest.h>

#include <array>

#include "world.hpp"

namespace kaido {
namespace {

using test::World;

TEST(Engine, ATunnelTakenDownStaysDownAfterARestart) {
  World world;
  world.start_branch();
  std::size_t count = 0;
  world.engine->set_enabled("tokyo/a:isp1/ikev2", false, [&](auto n) { count = n.value(); });
  ASSERT_TRUE(world.until([&] { return count == 1; }));
  world.settle();
  EXPECT_EQ(world.ike.sas().size(), 1U);
  world.restart(test::branch());
  world.settle();
  EXPECT_EQ(world.tunnel("tokyo/a:isp1/ikev2").state, "disabled");
  EXPECT_EQ(world.ike.sas().size(), 1U);
  world.engine->set_enabled("tokyo/a:isp1/ikev2", true, [](const auto&) {});
  EXPECT_TRUE(world.until([&] { return world.ike.sas().size() == 2; }));
}

TEST(Engine, ASwitchIsOneLineThatSaysWhy) {
  World world;
  world.start_branch();
  const auto corp = [&](std::string_view id) { return world.log.count(id, "corp: "); };
  EXPECT_EQ(corp("NETWORK_SWITCHED"), 1U);
  EXPECT_EQ(world.log.count("NETWORK_SWITCHED", "corp: first"), 1U);
  bool over = false;
  world.engine->set_enabled("tokyo/a:isp1/ikev2", false, [&](auto n) { over = n.value() == 1; });
  world.settle();
  EXPECT_FALSE(over);
  EXPECT_TRUE(world.store.content.disabled.contains("tokyo/a:isp1/ikev2")) << "also if it ends now";
  EXPECT_EQ(world.ike.sas().size(), 2U) << "what is under way still arrives";
  EXPECT_EQ(corp("NETWORK_SWITCHED"), 2U);
  ASSERT_TRUE(world.until([&] { return over; }));
  EXPECT_EQ(corp("NETWORK_SWITCHED"), 2U);
  EXPECT_EQ(world.log.count("NETWORK_SWITCHED", "corp: withdrawn: tokyo/a:isp1/ikev2"), 1U);
  EXPECT_GE(world.log.count("NETWORK_SWITCHED", " when its tunnel goes"), 2U)
      << "and what would change it";
  EXPECT_EQ(corp("NETWORK_MOVED"), 0U);
  EXPECT_EQ(world.log.count("NETWORK_MOVED", "hub tokyo"), 2U) << "no decision tells of these";
}

TEST(Engine, AHubSaysWhichTunnelASiteHas) {
  World world;
  world.start(test::hub());
  for (const auto& name : world.ike.loaded()) world.ike.peer_connects(name);
  world.settle();
  EXPECT_EQ(world.log.count("NETWORK_MOVED", "osaka: now by "), 1U);
  EXPECT_EQ(world.log.count("NETWORK_SWITCHED"), 0U);
}

TEST(Engine, AnUnknownTunnelIsNotFound) {
  World world;
  world.start(test::branch());
  Condition why = Condition::internal;
  world.engine->set_enabled("nowhere", true, [&](auto n) { why = n.error().condition; });
  EXPECT_EQ(why, Condition::not_found);
}

TEST(Engine, ATunnelsReasonReachesTheReport) {
  World world;
  world.ike.set_outcome("kaido-tokyo-a-s1",
                        {.up = false, .log = {"received AUTHENTICATION_FAILED notify error"}});
  world.start(test::branch());
  const auto tunnel = world.tunnel("tokyo/a:isp1/ikev2");
  EXPECT_NE(tunnel.state, "up");
  ASSERT_TRUE(tunnel.reason) << tunnel.state;
  EXPECT_EQ(tunnel.reason->condition, Condition::tunnel_refused) << tunnel.reason->to_string();
  EXPECT_GE(
      world.log.count("TUNNEL_FAILED", tunnel.name) + world.log.count("TUNNEL_LOST", tunnel.name),
      1U);
}

TEST(Engine, NoSecretIsEverLogged) {
  World world;
  auto model = test::branch();
  auto identities = test::identities_of(model);
  identities.private_key_pem = Secret("-----BEGIN PRIVATE KEY-----\nTOPSECRET\n");
  world.start(model, identities);
  world.handshakes();
  world.until([&] { return world.engine->status().tunnels_up == 5; });
  for (auto& [slot, key] : identities.slot_keys) key = WireGuardPrivateKey(test::key(0x60));
  identities.private_key_pem = Secret("-----BEGIN PRIVATE KEY-----\nTOPSECRET2\n");
  world.configuration.models["other"] = model;
  world.configuration.identities["other"] = identities;
  auto changes = world.apply("other").value();
  world.ike.stop_charon();
  world.settle();
  std::string all = world.engine->show();
  for (const auto& change : changes) all += change + "\n";
  for (const auto& entry : world.log.entries) all += entry.subject + ": " + entry.text + "\n";
  for (const auto& tunnel : world.engine->tunnels()) {
    all += tunnel.public_key + tunnel.cipher;
    if (tunnel.reason) all += tunnel.reason->to_string();
  }
  for (const auto& condition : world.engine->status().conditions)
    all += condition.error.to_string();
  EXPECT_EQ(all.find("TOPSECRET"), std::string::npos);
  EXPECT_EQ(all.find("BEGIN PRIVATE"), std::string::npos);
  for (const std::uint8_t fill : std::array<std::uint8_t, 2>{0x40, 0x60}) {
    const WireGuardPrivateKey secret(test::key(fill));
    EXPECT_EQ(all.find(to_base64(secret.reveal())), std::string::npos);
    EXPECT_EQ(all.find(to_base64(test::key(fill))), std::string::npos);
  }
}

TEST(Engine, NothingOfItRunsOnceItIsGone) {
  World world;
  world.start_branch();
  world.stack.notify();
  world.firewall.damage();
  world.engine->set_enabled("plain", false, [](const auto&) {});
  world.engine->set_enabled("plain", true, [](const auto&) {});
  world.stop();
  world.settle();  // under the address sanitizer: what is left must not touch it
}

}  // namespace
}  // namespace kaido
