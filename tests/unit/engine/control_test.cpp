// What people ask of kaidod.
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "world.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using test::World;

TEST(Engine, AFullDiskLosesNothing) {
  World world;
  world.start_branch();
  auto other = test::branch();
  other.networks.pop_back();
  world.configuration.models["other"] = other;
  world.configuration.file = "old";
  world.configuration.full = true;

  const auto refused = world.apply("other");
  ASSERT_FALSE(refused);
  ASSERT_TRUE(std::holds_alternative<Error>(refused.error()));
  EXPECT_EQ(std::get<Error>(refused.error()).condition, Condition::config_not_written);
  EXPECT_EQ(world.configuration.file, "old");
  EXPECT_EQ(world.engine->networks().size(), 3U);
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
}

TEST(Engine, WhatCouldNotBeRememberedIsSavedWhenThereIsRoomAgain) {
  World world;
  world.start_branch();
  world.store.full = true;
  world.engine->set_enabled("plain", false, [](const auto&) {});
  world.settle();
  EXPECT_TRUE(world.has(Condition::state_not_written, "store"));
  EXPECT_TRUE(world.store.content.disabled.empty());
  world.store.full = false;
  EXPECT_TRUE(world.until([&] { return !world.store.content.disabled.empty(); }));
  EXPECT_FALSE(world.has(Condition::state_not_written, "store"));
}

TEST(Engine, ARefusedConfigurationChangesNothing) {
  World world;
  world.start_branch();
  world.configuration.file = "old";
  const auto changes = world.stack.changes_applied();
  const auto refused = world.apply("no such");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(std::holds_alternative<Diagnostics>(refused.error()));
  world.settle();
  EXPECT_EQ(world.configuration.file, "old");
  EXPECT_EQ(world.stack.changes_applied(), changes);
  EXPECT_EQ(world.log.count("CONFIGURATION_REFUSED"), 1U);
}

TEST(Engine, AnApplyThatTheKernelNftablesOrCharonRefusedIsNoSuccess) {
  const auto other = [] {
    auto model = test::branch();
    model.networks[0].prefixes.push_back(test::net("10.70.0.0/16"));
    model.hubs[0].loopback.push_back(test::ip("10.50.255.201"));
    model.hubs[0].weak_esp_proposals = {"aes128-sha256"};
    return model;
  };
  const Error refusals[] = {{Condition::kernel_refused, "ENOSPC"},
                            {Condition::firewall_refused, "syntax error"},
                            {Condition::charon_refused, "load-conn: no"}};
  for (const auto& refusal : refusals) {
    World world;
    world.start_branch();
    world.configuration.models["other"] = other();
    if (refusal.condition == Condition::kernel_refused) world.stack.fail_next_change(refusal);
    if (refusal.condition == Condition::firewall_refused) world.firewall.fail_next(refusal);
    if (refusal.condition == Condition::charon_refused) world.ike.refuse_next(refusal);
    const auto applied = world.apply("other");
    ASSERT_FALSE(applied) << refusal.detail;
    ASSERT_TRUE(std::holds_alternative<Error>(applied.error()));
    EXPECT_EQ(std::get<Error>(applied.error()), refusal);
    EXPECT_EQ(world.configuration.file, "other") << "it is in force but for that";
    EXPECT_TRUE(world.apply("other")) << refusal.detail;
  }
}

TEST(Engine, AnApplyWithoutCharonIsNotWhole) {
  World world;
  world.start_branch();
  world.ike.stop_charon();
  world.settle();
  world.configuration.models["same"] = test::branch();
  const auto applied = world.apply("same");
  ASSERT_FALSE(applied);
  EXPECT_EQ(std::get<Error>(applied.error()).condition, Condition::charon_absent);
}

TEST(Engine, ADiffPreparesNothing) {
  World world;
  world.start_branch();
  world.configuration.models["same"] = test::branch();
  EXPECT_TRUE(world.engine->diff("same").value().empty());
  EXPECT_EQ(world.configuration.prepared, 0) << "only what is applied may make keys";
  ASSERT_TRUE(world.apply("same"));
  EXPECT_EQ(world.configuration.prepared, 1);
}

TEST(Engine, WhatOnlyARestartCanChangeIsRefused) {
  World world;
  world.start_branch();
  world.configuration.file = "old";
  world.configuration.models["role"] = test::hub();
  auto elsewhere = test::branch();
  elsewhere.ike_socket = "/run/other.vici";
  world.configuration.models["socket"] = elsewhere;
  for (const auto* wish : {"role", "socket"}) {
    const auto applied = world.apply(wish);
    ASSERT_FALSE(applied) << wish;
    const auto why = std::get<Error>(applied.error());
    EXPECT_EQ(why.condition, Condition::needs_restart);
    EXPECT_NE(why.detail.find(wish), std::string::npos);
  }
  EXPECT_EQ(world.configuration.file, "old");
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
}

TEST(Engine, ACertificateThatIsOutOfDateIsAConditionAndWireGuardRuns) {
  World world;
  auto model = test::branch();
  model.identity.validity = {{"the certificate", 1, 2}};
  world.start(model);
  world.handshakes();
  EXPECT_TRUE(world.has(Condition::tunnel_certificate_expired, "identity"));
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }));
  world.configuration.models["renewed"] = test::branch();
  ASSERT_TRUE(world.apply("renewed"));
  EXPECT_FALSE(world.has(Condition::tunnel_certificate_expired, "identity"));
}

TEST(Engine, WithoutItsFirewallNoTunnelIsMade) {
  for (const auto& model : {test::branch(), test::hub()}) {
    World world;
    world.firewall.refuse(Error{Condition::firewall_refused, "no nf_tables"});
    world.start(model);
    EXPECT_EQ(world.tunnel_devices(), 0U);
    EXPECT_TRUE(world.ike.loaded().empty());
    EXPECT_TRUE(world.has(Condition::firewall_refused, "firewall"));
    for (const auto& tunnel : world.engine->tunnels()) {
      EXPECT_EQ(tunnel.state, "waiting");
      EXPECT_EQ(tunnel.reason.value().condition, Condition::firewall_refused);
    }
    world.firewall.refuse(std::nullopt);
    EXPECT_TRUE(world.until([&] { return world.tunnel_devices() > 0; }));
    EXPECT_TRUE(world.until([&] { return !world.ike.loaded().empty(); }));
    EXPECT_FALSE(world.has(Condition::firewall_refused, "firewall"));
  }
}

TEST(Engine, ALaterRefusalOfTheFirewallKeepsWhatIsThere) {
  World world;
  world.start_branch();
  const auto devices = world.tunnel_devices();
  world.firewall.refuse(Error{Condition::firewall_refused, "no memory"});
  world.stack.notify();
  world.firewall.damage();
  ASSERT_TRUE(world.until([&] { return world.has(Condition::firewall_refused, "firewall"); }));
  world.settle();
  EXPECT_EQ(world.tunnel_devices(), devices);
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
}

TEST(Engine, ARestartedKaidodKeepsItsTunnelsWhateverTheFirewallSays) {
  World world;
  world.start_branch();
  const auto devices = world.tunnel_devices();
  world.stop();
  world.firewall.refuse(Error{Condition::firewall_refused, "no memory"});
  world.start(test::branch());
  world.settle();
  EXPECT_EQ(world.tunnel_devices(), devices);
  EXPECT_EQ(world.engine->status().tunnels_up, 5U);
  EXPECT_EQ(world.ike.sas().size(), 2U);
}

TEST(Engine, ApplyTouchesOnlyWhatChanged) {
  World world;
  world.start(test::hub());
  auto more = test::hub();
  more.sites.push_back({.name = "kobe",
                        .number = 9,
                        .domain = "kobe.example",
                        .prefixes = {test::net("10.1.9.0/24")},
                        .ikev2 = false,
                        .slots = {{1, test::key(14)}}});
  world.configuration.models["more"] = more;
  const auto peers = world.wireguard.peers_written();
  const auto loads = world.ike.loads();
  const auto applied = world.apply("more");
  ASSERT_TRUE(applied);
  EXPECT_FALSE(applied->empty());
  world.settle();
  EXPECT_EQ(world.wireguard.peers_written(), peers + 1);
  EXPECT_EQ(world.ike.loads(), loads);
}

TEST(Engine, TrafficLeavesAPathBeforeAConfigurationRemovesIt) {
  World world;
  world.start_branch();
  ASSERT_EQ(world.engine->networks().front().tunnel, "tokyo/a:isp1/ikev2");
  const auto device = [&] {
    std::set<std::string> devices;
    for (const auto& nexthop : world.stack.state().nexthops) devices.insert(nexthop.device);
    return devices;
  };
  const auto old = site_device(Transport::ikev2, 1);
  ASSERT_TRUE(device().contains(old));
  auto less = test::branch();
  less.slots.erase(less.slots.begin());
  world.configuration.models["less"] = less;
  bool over = false;
  world.engine->apply("less", [&](const auto& done) { over = done.has_value(); });
  EXPECT_FALSE(device().contains(old)) << "the new one is in use at once";
  world.settle();
  EXPECT_FALSE(over);
  EXPECT_NE(world.stack.find_link(old), nullptr) << "what is under way still arrives";
  EXPECT_EQ(world.ike.sas().size(), 2U);
  EXPECT_EQ(world.log.count("NETWORK_SWITCHED", "corp: withdrawn: tokyo/a:isp1/ikev2"), 1U);
  ASSERT_TRUE(world.until([&] { return over; }));
  EXPECT_EQ(world.stack.find_link(old), nullptr);
  EXPECT_EQ(world.log.count("NETWORK_SWITCHED", "corp: "), 2U) << "the first choice, and this";
}

TEST(Engine, ASecondConfigurationComesAfterTheFirst) {
  World world;
  world.start_branch();
  auto less = test::branch();
  less.slots.erase(less.slots.begin());
  world.configuration.models["less"] = less;
  world.configuration.models["all"] = test::branch();
  bool first = false;
  world.engine->apply("less", [&](const auto& done) { first = done.has_value(); });
  ASSERT_FALSE(first);
  ASSERT_TRUE(world.apply("all"));
  EXPECT_TRUE(first);
  EXPECT_EQ(world.engine->paths().size(), 5U);
}

TEST(Engine, ADeviceIsEmptiedWhenNothingUsesItAnyMore) {
  World world;
  world.start(test::branch());
  world.handshake(2, test::key(1));  // nothing else is up
  world.engine->set_enabled("tokyo/a", false, [](const auto&) {});
  world.engine->set_enabled("tokyo/b:isp2/ikev2", false, [](const auto&) {});
  ASSERT_TRUE(world.until(
      [&] { return world.engine->networks().front().tunnel == "tokyo/b:isp2/wireguard"; }));
  const auto old = site_device(Transport::wireguard, 2);
  auto less = test::branch();
  less.slots.erase(less.slots.begin() + 1);
  world.configuration.models["less"] = less;
  bool used = false;
  world.wireguard.on_write = [&](const WireGuardChange& change) {
    if (change.device != old) return;
    for (const auto& nexthop : world.stack.state().nexthops) used |= nexthop.device == old;
  };
  ASSERT_TRUE(world.apply("less"));
  EXPECT_EQ(world.stack.find_link(old), nullptr);
  EXPECT_FALSE(used);
}

TEST(Engine, TeardownRemovesAllOfKaidosAndGivesBackWhatWas) {
  World world;
  world.stack.change(ReplaceRoute{{.destination = test::net("0.0.0.0/0"),
                                   .gateway = test::ip("192.168.1.1"),
                                   .device = "eth1",
                                   .protocol = 16}});
  world.stack.plug_in("lan");
  world.stack.change(AddAddress{{"lan", test::ip("10.1.7.1"), 24}});
  world.stack.change(AddRule{{.family = Family::v4, .priority = 5000, .table = 99, .protocol = 4}});
  world.ike.load_foreign("other");
  const auto links = world.stack.state().links.size();
  const auto rules = world.stack.state().rules;
  const auto routes = world.stack.state().routes;
  const auto forwarding = [&] {
    return world.stack.read({.sysctl_paths = {"ipv4/ip_forward"}}).value().sysctls.at(0).value;
  };
  ASSERT_EQ(forwarding(), "0");
  world.start_branch();
  ASSERT_EQ(forwarding(), "1");

  EXPECT_FALSE(world.tear_down().empty());
  world.settle();
  EXPECT_EQ(forwarding(), "0");
  EXPECT_EQ(world.stack.state().links.size(), links);
  EXPECT_EQ(world.stack.find_link("eth1")->master, "");
  EXPECT_TRUE(world.stack.state().nexthops.empty());
  for (const auto& rule : rules) EXPECT_EQ(std::ranges::count(world.stack.state().rules, rule), 1);
  EXPECT_EQ(world.stack.state().rules.size(), rules.size());
  EXPECT_EQ(world.stack.state().routes, routes);
  EXPECT_TRUE(world.firewall.body().empty());
  EXPECT_EQ(world.ike.loaded(), std::vector<std::string>{"other"});
  EXPECT_TRUE(world.ike.sas().empty());
}

TEST(Engine, AfterTeardownNothingIsTriedAndNothingIsSaidToBeUp) {
  World world;
  world.start_branch();
  world.tear_down();
  world.settle();
  EXPECT_TRUE(world.has(Condition::torn_down, "kaido"));
  EXPECT_EQ(world.engine->status().tunnels_up, 0U);
  EXPECT_TRUE(world.engine->networks()[0].tunnel.empty());
  const auto trials = world.log.count("TUNNEL_TRYING");
  world.run_for(1500ms);
  EXPECT_EQ(world.log.count("TUNNEL_TRYING"), trials);
  EXPECT_TRUE(world.stack.state().nexthops.empty());
}

TEST(Engine, ApplyAfterTeardownMakesEverythingAgainAtOnce) {
  World world;
  world.start_branch();
  const auto links = world.stack.state().links.size();
  world.configuration.models["same"] = test::branch();
  world.tear_down();
  world.settle();
  ASSERT_TRUE(world.apply("same"));
  world.settle();
  world.handshakes();
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 5; }, 3s));
  EXPECT_EQ(world.stack.state().links.size(), links);
  EXPECT_FALSE(world.has(Condition::torn_down, "kaido"));
}

TEST(Engine, ATeardownThatCouldNotReadTheKernelSaysSoAndCanBeRepeated) {
  World world;
  world.start_branch();
  world.stack.fail_next_read({Condition::kernel_unreachable, "timed out"});
  const auto failed = world.try_to_tear_down();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().condition, Condition::kernel_unreachable);
  EXPECT_GT(world.tunnel_devices(), 0U);
  EXPECT_FALSE(world.firewall.body().empty()) << "tunnels without their guard";
  EXPECT_FALSE(world.store.content.before.settings.empty());
  EXPECT_EQ(world.log.count("TORN_DOWN", "not all of it"), 1U);

  world.tear_down();
  EXPECT_EQ(world.tunnel_devices(), 0U);
  EXPECT_TRUE(world.firewall.body().empty());
  EXPECT_TRUE(world.store.content.before.settings.empty());
}

TEST(Engine, TeardownRemembersWhatItCouldNotGiveBack) {
  World world;
  world.start_branch();
  const auto settings = world.store.content.before.settings.size();
  ASSERT_GT(settings, 0U);
  world.stack.refuse(
      [](const KernelChange& change) { return std::holds_alternative<SetSysctl>(change); });
  const auto failed = world.try_to_tear_down();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().condition, Condition::kernel_refused);
  EXPECT_EQ(world.store.content.before.settings.size(), settings);
  EXPECT_TRUE(world.firewall.body().empty()) << "no tunnel is left that needs it";
  world.stack.refuse(nullptr);
  const auto given_back = world.tear_down();
  EXPECT_EQ(given_back.size(), settings + 1) << "and the table, which was gone";
  EXPECT_TRUE(world.store.content.before.settings.empty());
}

TEST(Engine, ATunnelThatCannotBeRemovedKeepsItsFirewall) {
  World world;
  world.start_branch();
  world.stack.refuse(
      [](const KernelChange& change) { return std::holds_alternative<DeleteLink>(change); });
  ASSERT_FALSE(world.try_to_tear_down());
  EXPECT_GT(world.tunnel_devices(), 0U);
  EXPECT_FALSE(world.firewall.body().empty());
}

TEST(Engine, TeardownTellsWhatCharonRefused) {
  World world;
  world.start_branch();
  world.ike.refuse_next({Condition::charon_refused, "unload-conn: busy"});
  const auto failed = world.try_to_tear_down();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().condition, Condition::charon_refused);
  EXPECT_EQ(world.tunnel_devices(), 0U) << "the rest went all the same";
}

TEST(Engine, TeardownOfflineTellsThatWhatWasBeforeIsNotKnown) {
  World world;
  world.start_branch();
  world.stop();
  world.store.unreadable = true;
  world.make();
  std::optional<Result<std::vector<std::string>>> outcome;
  world.engine->teardown_offline([&](auto lines) { outcome = std::move(lines); });
  ASSERT_TRUE(world.until([&] { return outcome.has_value(); }));
  ASSERT_FALSE(*outcome);
  EXPECT_EQ(outcome->error().condition, Condition::state_not_read);
  EXPECT_EQ(world.tunnel_devices(), 0U);
}

TEST(Engine, TeardownCompletesWithoutCharon) {
  World world;
  world.start_branch();
  world.ike.stop_charon();
  world.settle();
  EXPECT_FALSE(world.tear_down().empty());
}

TEST(Engine, TeardownOfflineUnloadsConnectionsAndLeavesTheRest) {
  World world;
  world.start_branch();
  world.ike.load_foreign("other");
  world.stop();
  world.make();
  std::optional<std::vector<std::string>> removed;
  world.engine->teardown_offline([&](const auto& lines) { removed = *lines; });
  ASSERT_TRUE(world.until([&] { return removed.has_value(); }));
  EXPECT_EQ(std::ranges::count(*removed, "unload connection kaido-tokyo-a-s1"), 1)
      << ::testing::PrintToString(*removed);
  EXPECT_EQ(world.ike.loaded(), std::vector<std::string>{"other"});
}

TEST(Engine, TeardownOfflineCompletesWithoutCharon) {
  World world;
  world.start_branch();
  world.stop();
  world.ike.stop_charon();
  world.make();
  bool over = false;
  world.engine->teardown_offline([&](const auto& lines) { over = lines.has_value(); });
  EXPECT_TRUE(world.until([&] { return over; }));
}

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

TEST(Engine, ConditionsAreRaisedOnceAndCleared) {
  World world;
  world.start_branch();
  const auto raised = world.log.count("CONDITION_RAISED", "uplink isp1");
  world.stack.set_carrier("eth1", false);
  world.settle();
  for (int i = 0; i < 3; ++i) {
    world.stack.notify();
    world.settle();
  }
  EXPECT_EQ(world.log.count("CONDITION_RAISED", "uplink isp1"), raised + 1);
  const auto cleared = world.log.count("CONDITION_CLEARED", "uplink isp1");
  world.stack.set_carrier("eth1", true);
  world.settle();
  EXPECT_EQ(world.log.count("CONDITION_CLEARED", "uplink isp1"), cleared + 1);
}

TEST(Engine, ATunnelThatIsTriedInVainIsACondition) {
  World world;
  world.ike.set_outcome("kaido-tokyo-a-s1",
                        {.up = false, .log = {"received AUTHENTICATION_FAILED notify error"}});
  world.start(test::branch());
  world.handshakes();
  ASSERT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 4; }));
  const std::string subject = "tunnel tokyo/a:isp1/ikev2";
  ASSERT_TRUE(world.until([&] { return world.has(Condition::tunnel_refused, subject); }));
  for (const auto& report : world.engine->status().conditions) {
    EXPECT_EQ(report.subject, subject);
    EXPECT_EQ(report.error.severity(), Severity::warning) << "corp goes by another";
  }
  world.ike.set_outcome("kaido-tokyo-a-s1", {.up = true, .log = {}});
  EXPECT_TRUE(world.until([&] { return world.engine->status().conditions.empty(); }));
}

TEST(Engine, IpsecIsSaidToBeBlockedOnlyOnceItWasTried) {
  World world;
  world.probing = true;
  std::vector<std::string> connections;
  for (const auto* name : {"kaido-tokyo-a-s1", "kaido-tokyo-b-s2"}) {
    world.ike.set_outcome(name, {.up = false, .log = {}});  // under way
    connections.emplace_back(name);
  }
  world.start(test::branch());
  world.handshakes();
  ASSERT_TRUE(world.until([&] {
    return std::ranges::count(world.engine->paths(), std::string("good"), &PathReport::health) > 0;
  }));
  EXPECT_FALSE(world.has(Condition::ipsec_blocked, "ipsec"));
  for (const auto& name : connections)
    world.ike.emit(IkeLogLine{name, 0, "retransmit 1 of request with message ID 0"});
  EXPECT_TRUE(world.until([&] { return world.has(Condition::ipsec_blocked, "ipsec"); }));
}

TEST(Engine, WithoutCharonThereIsOneConditionAndNotOneForEachTunnel) {
  World world;
  world.start_branch();
  world.ike.stop_charon();
  world.settle();
  EXPECT_TRUE(world.has(Condition::charon_absent, "charon"));
  for (const auto& report : world.engine->status().conditions)
    EXPECT_FALSE(report.subject.starts_with("tunnel ")) << report.subject;
}

TEST(Engine, TheConditionsOfWhatIsNoLongerConfiguredGo) {
  World world;
  world.start_branch();
  world.stack.change(DeleteLink{"eth2"});
  world.settle();
  ASSERT_TRUE(world.has(Condition::uplink_missing, "uplink isp2"));
  auto one = test::branch();
  one.uplinks.pop_back();
  one.slots.erase(one.slots.begin() + 1);
  world.configuration.models["one"] = one;
  ASSERT_TRUE(world.apply("one"));
  world.settle();
  EXPECT_FALSE(world.has(Condition::uplink_missing, "uplink isp2"));
}

TEST(Engine, NoSecretIsEverLogged) {
  World world;
  auto model = test::branch();
  model.identity.private_key_pem = "-----BEGIN PRIVATE KEY-----\nTOPSECRET\n";
  world.start(model);
  world.handshakes();
  world.until([&] { return world.engine->status().tunnels_up == 5; });
  auto other = model;
  for (auto& slot : other.slots) slot.private_key = WireGuardPrivateKey(test::key(0x60));
  other.identity.private_key_pem = "-----BEGIN PRIVATE KEY-----\nTOPSECRET2\n";
  world.configuration.models["other"] = other;
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
    EXPECT_EQ(all.find(to_base64(secret.bytes())), std::string::npos);
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
