// What kaidod finds changed behind its back, and what it finds at its start.
#include <gtest/gtest.h>

#include "world.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using test::World;

TEST(Engine, BringsAllTunnelsOfABranchUp) {
  World world;
  world.start_branch();
  EXPECT_EQ(world.ike.sas().size(), 2U);
  const auto networks = world.engine->networks();
  ASSERT_EQ(networks.size(), 3U);  // and the hub itself
  EXPECT_FALSE(networks[0].tunnel.empty());
  EXPECT_FALSE(networks[1].tunnel.empty());
  EXPECT_TRUE(world.engine->status().conditions.empty());
}

TEST(Engine, AdoptsEverythingAndChangesNothingOnASecondStart) {
  World world;
  world.start_branch();
  const auto changes = world.stack.changes_applied();
  const auto peers = world.wireguard.peers_written();
  const auto replaced = world.firewall.replaced();
  const auto sas = world.ike.sas();
  const auto tried = world.log.count("TUNNEL_TRYING", "ikev2");

  const auto raised = world.log.count("CONDITION_RAISED");
  const auto waiting = world.log.count("TUNNEL_WAITING");
  world.restart(test::branch());
  world.until([&] { return world.engine->status().tunnels_up == 5; });
  world.settle();

  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
  EXPECT_EQ(world.stack.changes_applied(), changes);
  EXPECT_EQ(world.wireguard.peers_written(), peers);
  EXPECT_EQ(world.firewall.replaced(), replaced);
  EXPECT_EQ(world.log.count("TUNNEL_TRYING", "ikev2"), tried);
  EXPECT_EQ(world.log.count("CONDITION_RAISED"), raised);
  EXPECT_EQ(world.log.count("TUNNEL_WAITING"), waiting);
  ASSERT_EQ(world.ike.sas().size(), sas.size());
  for (std::size_t i = 0; i < sas.size(); ++i)
    EXPECT_EQ(world.ike.sas()[i].unique_id, sas[i].unique_id);
}

TEST(Engine, RepairsADeletedLink) {
  World world;
  world.start_branch();
  const auto before = world.stack.state().links.size();
  const auto device = site_device(Transport::wireguard, 3);
  world.stack.change(DeleteLink{device});
  world.settle();
  EXPECT_EQ(world.stack.state().links.size(), before);
  ASSERT_TRUE(world.wireguard.read(device));
  EXPECT_EQ(world.wireguard.read(device)->peers.size(), 1U);
}

TEST(Engine, RepairsAFlushedTable) {
  World world;
  world.start_branch();
  const auto before = world.stack.state().routes.size();
  for (const auto routes = world.stack.state().routes; const auto& route : routes)
    world.stack.change(DeleteRoute{route});
  world.settle();
  EXPECT_EQ(world.stack.state().routes.size(), before);
}

TEST(Engine, RepairsAFirewallThatWasFlushed) {
  World world;
  world.start_branch();
  const auto table = world.firewall.table();
  world.firewall.damage();
  world.settle();
  EXPECT_EQ(world.firewall.replaced(), 2U);
  world.firewall.lose();
  world.settle();
  EXPECT_EQ(world.firewall.replaced(), 3U);
  EXPECT_EQ(world.firewall.table(), table);
}

TEST(Engine, LeavesForeignTablesAlone) {
  World world;
  world.start_branch();
  world.firewall.touch_other();
  world.settle();
  EXPECT_EQ(world.firewall.replaced(), 1U);
}

TEST(Engine, FollowsAnUplinkThatIsRecreated) {
  World world;
  world.start_branch();
  world.stack.change(DeleteLink{"eth1"});
  world.settle();
  EXPECT_TRUE(world.has(Condition::uplink_missing, "uplink isp1"));
  EXPECT_EQ(world.tunnel("tokyo/a:isp1/ikev2").state, "waiting");

  world.plug_in("eth1");
  world.settle();
  ASSERT_NE(world.stack.find_link("eth1"), nullptr);
  EXPECT_EQ(world.stack.find_link("eth1")->master, vrf_device(1));
  EXPECT_FALSE(world.has(Condition::uplink_missing, "uplink isp1"));
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }));
}

TEST(Engine, PathsFollowTheMtuOfAnUplinkThatChanges) {
  World world;
  world.start_branch();
  const auto full_size = [&](const std::string& name) {
    for (const auto& path : world.engine->paths())
      if (path.name == name) return path.full_size;
    return 0U;
  };
  const auto before = full_size("tokyo/b:isp2/ikev2");
  const auto beside = full_size("tokyo/a:isp1/ikev2");
  auto link = *world.stack.find_link("eth2");
  link.mtu = 1400;
  world.stack.change(UpdateLink{link});
  EXPECT_TRUE(world.until([&] { return full_size("tokyo/b:isp2/ikev2") < before; }));
  EXPECT_EQ(full_size("tokyo/a:isp1/ikev2"), beside);
}

TEST(Engine, PathsFollowTheConfiguration) {
  World world;
  world.start_branch();
  auto less = test::branch();
  less.slots.erase(less.slots.begin());
  world.configuration.models["less"] = less;
  ASSERT_TRUE(world.apply("less"));
  EXPECT_EQ(world.engine->paths().size(), 3U);
  EXPECT_TRUE(world.engine->networks().front().tunnel.starts_with("tokyo/b:"));
  world.tear_down();
  EXPECT_TRUE(world.engine->paths().empty());
  world.configuration.models["all"] = test::branch();
  ASSERT_TRUE(world.apply("all"));
  EXPECT_EQ(world.engine->paths().size(), 5U);
}

TEST(Engine, ProbesGoWhereTheConfigurationSaysEvenIfThePathsAreTheSame) {
  World world;
  world.probing = true;
  auto model = test::branch();
  model.slots[2].probe = test::ip("10.60.0.1");
  world.start(model);
  EXPECT_EQ(world.prober.targets().back().destination, test::ip("10.60.0.1"));
  model.slots[2].probe = test::ip("10.60.0.2");
  world.configuration.models["other"] = model;
  ASSERT_TRUE(world.apply("other"));
  EXPECT_EQ(world.prober.targets().back().destination, test::ip("10.60.0.2"));
}

TEST(Engine, SaysThatCharonIsAbsentAndGoesOnWithWireGuard) {
  World world;
  world.ike.stop_charon();
  world.start(test::branch());
  world.handshakes();
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 3; }));
  EXPECT_TRUE(world.has(Condition::charon_absent, "charon"));
  const auto tunnel = world.tunnel("tokyo/a:isp1/ikev2");
  EXPECT_EQ(tunnel.state, "waiting");
  ASSERT_TRUE(tunnel.reason);
  EXPECT_EQ(tunnel.reason->condition, Condition::charon_absent);
  EXPECT_FALSE(world.engine->networks()[0].tunnel.empty());
}

TEST(Engine, ComesBackWhenCharonDoes) {
  World world;
  world.start_branch();
  world.ike.stop_charon();
  world.settle();
  EXPECT_TRUE(world.has(Condition::charon_absent, "charon"));
  EXPECT_EQ(world.engine->status().tunnels_up, 3U);
  world.ike.start_charon();
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }));
  EXPECT_FALSE(world.has(Condition::charon_absent, "charon"));
}

TEST(Engine, LoadsAgainWhatAnAdminsToolUnloaded) {
  World world;
  world.start_branch();
  const auto loaded = world.ike.loaded();
  const auto keys = world.ike.keys();
  ASSERT_FALSE(loaded.empty());
  ASSERT_FALSE(keys.empty());
  world.run_for(3500ms);  // past the looks that charon's coming brings
  world.ike.admin_loads_all();
  ASSERT_TRUE(world.ike.loaded().empty());
  world.settle();
  EXPECT_EQ(world.ike.loaded(), loaded);
  EXPECT_EQ(world.ike.keys(), keys);
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
}

TEST(Engine, FindsWhatWasUnloadedUnnoticedSoonAfterCharonCame) {
  World world;
  world.start_branch();
  const auto loaded = world.ike.loaded();
  const auto keys = world.ike.keys();
  for (const auto& name : loaded) world.ike.admin_unloads(name);
  world.ike.unload_keys();
  EXPECT_TRUE(world.until([&] { return world.ike.loaded() == loaded; }, 2s));
  EXPECT_EQ(world.ike.keys(), keys);
}

TEST(Engine, LoadsWhatWasUnloadedUnnoticedBeforeItIsNeeded) {
  World world;
  world.start_branch();
  world.run_for(3500ms);  // past the looks that charon's coming brings
  for (const auto& name : world.ike.loaded()) world.ike.admin_unloads(name);
  world.ike.peer_vanishes(world.ike.sas().front().unique_id);
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 4; }));
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }));
}

TEST(Engine, SaysWhatCharonRefused) {
  World world;
  world.ike.refuse("kaido-tokyo-a-s1", "CHILD_SA config 'kaido-tokyo-a-s1' not found");
  world.start(test::branch());
  const auto tunnel = world.tunnel("tokyo/a:isp1/ikev2");
  EXPECT_NE(tunnel.state, "up");
  ASSERT_TRUE(tunnel.reason) << tunnel.state;
  EXPECT_EQ(tunnel.reason->condition, Condition::charon_refused);
  EXPECT_NE(tunnel.reason->detail.find("not found"), std::string::npos) << tunnel.reason->detail;
  world.ike.refuse("kaido-tokyo-a-s1", "");
  EXPECT_TRUE(world.until([&] { return world.tunnel(tunnel.name).state == "up"; }));
}

TEST(Engine, SaysThatTheKernelHasNoWireGuardAndRecoversWhenItHas) {
  World world;
  world.wireguard.set_supported(false);
  world.start(test::branch());
  EXPECT_TRUE(world.has(Condition::wireguard_unsupported, "wireguard"));
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 2; }));
  world.wireguard.set_supported(true);
  EXPECT_TRUE(world.until([&] { return world.wireguard.peers_written() >= 3; }));
  world.handshakes();
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }));
  EXPECT_FALSE(world.has(Condition::wireguard_unsupported, "wireguard"));
}

TEST(Engine, DevicesThatAreNotMadeYetAreNoTrouble) {
  World world;
  world.make();
  world.engine->start({test::branch(), test::identities_of(test::branch())});
  world.engine->tunnels();  // looks at WireGuard while charon is still being asked
  EXPECT_EQ(world.wireguard.peers_written(), 0U) << "something was made already";
  EXPECT_EQ(world.log.count("CONDITION_RAISED", "wireguard"), 0U);
  EXPECT_TRUE(world.until([&] { return world.wireguard.peers_written() >= 3U; }));
  EXPECT_EQ(world.log.count("CONDITION_RAISED", "wireguard"), 0U);
}

TEST(Engine, ALookDoesNotForgetWhatCouldNotBeWritten) {
  World world;
  world.start_branch();
  world.wireguard.set_supported(false);
  world.stack.change(DeleteLink{site_device(Transport::wireguard, 3)});
  ASSERT_TRUE(
      world.until([&] { return world.has(Condition::wireguard_unsupported, "wireguard"); }));
  const auto raised = world.log.count("CONDITION_RAISED", "wireguard");
  world.engine->tunnels();
  EXPECT_TRUE(world.has(Condition::wireguard_unsupported, "wireguard"));
  world.wireguard.set_supported(true);
  world.engine->tunnels();
  EXPECT_TRUE(world.has(Condition::wireguard_unsupported, "wireguard")) << "nobody has tried yet";
  EXPECT_TRUE(
      world.until([&] { return !world.has(Condition::wireguard_unsupported, "wireguard"); }));
  EXPECT_EQ(world.log.count("CONDITION_RAISED", "wireguard"), raised);
}

TEST(Engine, AKernelRefusalIsToldAndTriedAgain) {
  World world;
  world.stack.fail_next_change({Condition::kernel_refused, "Operation not supported"});
  world.make();
  world.engine->start({test::branch(), test::identities_of(test::branch())});
  EXPECT_TRUE(world.until([&] { return world.has(Condition::kernel_refused, "kernel"); }));
  EXPECT_EQ(world.log.count("KERNEL_REFUSED", "Operation not supported"), 1U);
  EXPECT_TRUE(world.until([&] { return !world.has(Condition::kernel_refused, "kernel"); }));
}

TEST(Engine, AKernelThatCannotBeReadIsToldAndReadAgain) {
  World world;
  world.stack.fail_next_read({Condition::kernel_unreachable, "timed out"});
  world.make();
  world.engine->start({test::branch(), test::identities_of(test::branch())});
  EXPECT_TRUE(world.has(Condition::kernel_unreachable, "kernel"));
  EXPECT_TRUE(world.until([&] { return !world.has(Condition::kernel_unreachable, "kernel"); }));
  EXPECT_TRUE(world.firewall.table());
}

TEST(Engine, AClockThatIsSetDoesNotTakeTunnelsDown) {
  test::Driver gateway;
  const auto look = [&](std::int64_t handshake, std::int64_t wall, std::chrono::seconds steady) {
    ObservedWireGuardDevice device{.name = site_device(Transport::wireguard, 3)};
    device.peers.push_back({.peer = {.public_key = test::key(2)}, .last_handshake = handshake});
    gateway.feed(WireGuardObserved{&device, wall}, steady);
    return gateway.tunnel("plain").up();
  };
  gateway.configure(test::branch(), {}, 1s);
  gateway.observe(test::good_uplinks(), 1s);
  EXPECT_FALSE(look(0, 1000, 2s));
  EXPECT_TRUE(look(1000, 1'800'000'000, 4s)) << "set by NTP right after the first handshake";
  EXPECT_TRUE(look(1000, 1'800'000'050, 54s));
  EXPECT_TRUE(look(1'800'000'060, 5000, 64s)) << "set back";
  EXPECT_TRUE(look(1'800'000'060, 5170, 234s));
  EXPECT_FALSE(look(1'800'000'060, 5190, 254s)) << "but it does grow old";
}

TEST(Engine, IdleEngineDoesNotSpin) {
  World world;
  world.start_branch();
  world.run_for(3500ms);  // the last of the quick looks, and those that charon's coming brings
  EXPECT_LE(world.run_for(1s), 2U);
}

TEST(Probing, ThatIsNotPermittedIsSaidAndTunnelsCountInstead) {
  World world;
  world.no_prober = Error{Condition::permission_denied, "raw sockets"};
  world.start_branch();
  EXPECT_TRUE(world.has(Condition::permission_denied, "probing"));
  for (const auto& network : world.engine->networks()) EXPECT_NE(network.tunnel, "");
}

}  // namespace
}  // namespace kaido
