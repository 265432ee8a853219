#include <gtest/gtest.h>

#include <algorithm>

#include "core/desired/ike.hpp"
#include "core/desired/network_routes.hpp"
#include "core/tunnels/machine.hpp"
#include "sample.hpp"

namespace kaido::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kIke = "tokyo/a:isp1/ikev2";
constexpr auto kIke6 = "tokyo/b:isp2/ikev2";
constexpr auto kWireGuard = "tokyo/a:isp1/wireguard";
constexpr auto kConnection = "kaido-tokyo-a-s1";

std::vector<std::string> initiated(const Driver& gateway) {
  std::vector<std::string> names;
  for (const auto& action : gateway.actions<InitiateIke>()) names.push_back(action.connection);
  return names;
}

TEST(Tunnels, AllAreTriedAtOnceWhenUplinksAndCharonAreThere) {
  Driver gateway;
  gateway.start(branch());
  EXPECT_EQ(initiated(gateway), (std::vector<std::string>{"kaido-tokyo-a-s1", "kaido-tokyo-b-s2"}));
  for (const auto* name : {kIke, kIke6, kWireGuard, "plain/a:isp1/wireguard"})
    EXPECT_EQ(gateway.state_of(name), "connecting") << name;
}

TEST(Tunnels, WaitForCharonAndSayWhy) {
  Driver gateway;
  gateway.configure(branch());
  gateway.observe(good_uplinks());
  EXPECT_EQ(gateway.state_of(kIke), "waiting");
  const auto& waiting = std::get<state::Waiting>(gateway.tunnel(kIke).state);
  EXPECT_EQ(waiting.reason.condition, Condition::charon_absent);
  EXPECT_EQ(gateway.state_of(kWireGuard), "connecting") << "WireGuard needs no charon";
}

TEST(Tunnels, WaitForTheUplinkTheyUseAndNoOther) {
  Driver gateway;
  gateway.start(branch());
  auto uplinks = good_uplinks();
  uplinks[0].running = false;
  gateway.observe(uplinks);
  EXPECT_EQ(gateway.state_of(kIke), "waiting");
  EXPECT_EQ(gateway.state_of(kIke6), "connecting");
  uplinks[0].running = true;
  gateway.observe(uplinks);
  EXPECT_EQ(initiated(gateway), std::vector<std::string>{kConnection});
}

TEST(Tunnels, AnIPv6EndpointNeedsAnIPv6Address) {
  Driver gateway;
  auto uplinks = good_uplinks();
  uplinks[1].addresses = {ip("192.0.2.9")};
  gateway.configure(branch());
  gateway.observe(uplinks);
  gateway.feed(IkeListed{});
  ASSERT_EQ(gateway.state_of(kIke6), "waiting");
  EXPECT_EQ(std::get<state::Waiting>(gateway.tunnel(kIke6).state).reason.condition,
            Condition::uplink_no_address);
}

TEST(Tunnels, AreUpWhenTheChildIsUpAndNotBefore) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(IkeSaUp{kConnection, 5});
  EXPECT_EQ(gateway.state_of(kIke), "connecting");
  gateway.feed(ChildSaUp{kConnection, 5, 9});
  EXPECT_EQ(gateway.state_of(kIke), "up");
  EXPECT_EQ(gateway.actions<Reconcile>().size(), 1U) << "routes have to follow";
}

TEST(Tunnels, AdoptWhatCharonHasInsteadOfMakingADuplicate) {
  Driver gateway;
  gateway.configure(branch());
  gateway.observe(good_uplinks());
  IkeSa alive{.connection = kConnection, .unique_id = 3, .state = "ESTABLISHED"};
  alive.children.push_back({.name = kConnection, .state = "INSTALLED"});
  const IkeSa half_open{.connection = "kaido-tokyo-b-s2", .unique_id = 4, .state = "CONNECTING"};
  gateway.feed(IkeListed{{alive, half_open}});
  EXPECT_EQ(gateway.state_of(kIke), "up");
  EXPECT_EQ(initiated(gateway), std::vector<std::string>{"kaido-tokyo-b-s2"});
  ASSERT_EQ(gateway.actions<TerminateIke>().size(), 1U);
  EXPECT_EQ(gateway.actions<TerminateIke>()[0].unique_id, 4U);
}

TEST(Tunnels, AreTriedAgainSoonAfterALossAndLaterAfterFailures) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{kConnection, 5, 9}, 1s);
  gateway.feed(IkeSaDown{kConnection, 5}, 2s);
  EXPECT_EQ(gateway.state_of(kIke), "back-off");
  gateway.feed(Tick{}, 2400ms);
  EXPECT_EQ(gateway.state_of(kIke), "back-off");
  gateway.feed(Tick{}, 2700ms);
  EXPECT_EQ(gateway.state_of(kIke), "connecting");
  EXPECT_EQ(initiated(gateway), std::vector<std::string>{kConnection});
}

TEST(Tunnels, ARefusalEndsTheAttemptAtOnceWithItsReason) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(IkeLogLine{kConnection, 5, "received AUTHENTICATION_FAILED notify error"});
  EXPECT_EQ(gateway.state_of(kIke), "back-off");
  EXPECT_EQ(gateway.tunnel(kIke).last_failure.value().condition, Condition::tunnel_refused);
}

TEST(Tunnels, SilenceIsJudgedByTheDeadlineOnly) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(IkeLogLine{kConnection, 5, "retransmit 1 of request with message ID 0"}, 4s);
  EXPECT_EQ(gateway.state_of(kIke), "connecting");
  const auto deadline = std::get<state::Connecting>(gateway.tunnel(kIke).state).deadline;
  gateway.feed(Tick{}, 10s);
  EXPECT_EQ(gateway.state_of(kIke), "connecting");
  EXPECT_EQ(next_deadline(gateway.board.tunnels), deadline);
  gateway.feed(Tick{}, 20s);
  EXPECT_EQ(gateway.state_of(kIke), "back-off");
  EXPECT_EQ(gateway.tunnel(kIke).last_failure.value().condition, Condition::tunnel_no_answer);
  ASSERT_EQ(gateway.actions<TerminateIke>().size(), 1U) << "charon would go on for minutes";
  EXPECT_EQ(gateway.actions<TerminateIke>()[0].unique_id, 5U);
}

TEST(Tunnels, SilenceIsTheHubsOnlyIfCharonBeganToConnect) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(IkeInitiated{kConnection, std::nullopt}, 1s);
  EXPECT_EQ(gateway.state_of(kIke), "connecting");
  gateway.feed(Tick{}, 20s);
  EXPECT_EQ(gateway.tunnel(kIke).last_failure.value().condition, Condition::tunnel_no_answer);
  EXPECT_EQ(gateway.tunnel(kIke6).last_failure.value().condition, Condition::charon_absent)
      << "its order was not even taken";
}

TEST(Tunnels, AnAttemptThatCharonRefusesFailsAtOnceInCharonsWords) {
  Driver gateway;
  gateway.start(branch());
  const Error refusal{Condition::charon_refused, "initiate: CHILD_SA config not found"};
  gateway.feed(IkeInitiated{kConnection, refusal});
  EXPECT_EQ(gateway.state_of(kIke), "back-off");
  EXPECT_EQ(gateway.tunnel(kIke).last_failure, refusal);
  gateway.feed(Tick{}, 700ms);
  EXPECT_EQ(initiated(gateway), std::vector<std::string>{kConnection}) << "and is made again soon";
}

TEST(Tunnels, AnOrderThatWasLostWithCharonIsNoFailure) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(IkeInitiated{kConnection, Error{Condition::charon_absent, "gone"}});
  EXPECT_EQ(gateway.state_of(kIke), "connecting");
  EXPECT_EQ(gateway.tunnel(kIke).failures, 0U);
}

TEST(Tunnels, ARefusedReplacementLeavesTheOldOneInUse) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 5, 9});
  auto uplinks = good_uplinks();
  uplinks[1].ipv6_source = ip("2001:db8:2::77");
  gateway.observe(uplinks);
  gateway.feed(IkeInitiated{"kaido-tokyo-b-s2", Error{Condition::charon_refused, "no"}});
  EXPECT_EQ(gateway.state_of(kIke6), "up");
  EXPECT_EQ(gateway.tunnel(kIke6).last_failure.value().detail, "no");
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 6, 10});
  EXPECT_TRUE(gateway.actions<TerminateIke>().empty()) << "an IKE rekey, say";
}

struct Tried {
  std::vector<Repair> how;
  std::size_t rekeyed = 0;
  std::size_t ended = 0;
  std::vector<bool> in_udp;  // after each
};

/// Repairs a path whose data stay dead, each time with a tunnel that is up again.
Tried repair(Driver& gateway, std::string_view name, const std::string& connection,
             std::uint32_t times) {
  Tried tried;
  for (std::uint32_t attempt = 1; attempt <= times; ++attempt) {
    const auto index = match_tunnels(gateway.board.tunnels, name).at(0);
    gateway.feed(ChildSaUp{connection, attempt, attempt});
    gateway.feed(TunnelDead{.index = index, .attempt = attempt});
    for (const auto& action : gateway.actions<TunnelRepaired>()) tried.how.push_back(action.how);
    tried.rekeyed += gateway.actions<RekeyIke>().size();
    tried.ended += gateway.actions<TerminateIke>().size();
    const auto connections = desired_ike(gateway.board).connections;
    tried.in_udp.push_back(
        std::ranges::find(connections, connection, &IkeConnection::name)->force_encap);
    gateway.feed(IkeSaDown{connection, attempt});
  }
  return tried;
}

TEST(Repairs, AreANewKeyThenAnotherAssociationThenAnotherEncapsulation) {
  Driver gateway;
  gateway.start(branch());
  const auto tried = repair(gateway, kIke6, "kaido-tokyo-b-s2", 3);
  EXPECT_EQ(tried.how, (std::vector{Repair::rekey, Repair::anew, Repair::encapsulation}));
  EXPECT_EQ(tried.in_udp, (std::vector{false, false, true}));
}

TEST(Repairs, KeepTheOtherEncapsulationUntilItFailsToo) {
  Driver gateway;
  gateway.start(branch());
  const auto dead = repair(gateway, kIke6, "kaido-tokyo-b-s2", 5);
  EXPECT_EQ(dead.in_udp, (std::vector{false, false, true, true, false}));
  (void)repair(gateway, kIke6, "kaido-tokyo-b-s2", 3);
  gateway.configure(branch());
  gateway.observe(good_uplinks());
  EXPECT_TRUE(gateway.tunnel(kIke6).force_encap);
  const auto next = repair(gateway, kIke6, "kaido-tokyo-b-s2", 3);
  EXPECT_EQ(next.in_udp, (std::vector{true, true, false}));
}

TEST(Repairs, TheOtherEncapsulationIsMadeBeforeTheOldAssociationEnds) {
  Driver gateway;
  gateway.start(branch());
  const auto index = match_tunnels(gateway.board.tunnels, kIke6).at(0);
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 5, 9});
  gateway.feed(TunnelDead{.index = index, .attempt = 3});
  EXPECT_EQ(initiated(gateway), std::vector<std::string>{"kaido-tokyo-b-s2"});
  EXPECT_TRUE(gateway.actions<TerminateIke>().empty());
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 6, 10});
  ASSERT_EQ(gateway.actions<TerminateIke>().size(), 1U);
  EXPECT_EQ(gateway.actions<TerminateIke>()[0].unique_id, 5U);
}

TEST(Repairs, OverIPv4ItIsUdpAnywaySoTheTunnelIsMadeAnew) {
  Driver gateway;
  gateway.start(branch());
  const auto tried = repair(gateway, kIke, kConnection, 3);
  EXPECT_EQ(tried.how, (std::vector{Repair::rekey, Repair::anew, Repair::anew}));
  EXPECT_EQ(tried.in_udp, (std::vector{false, false, false}));
}

TEST(Tunnels, ARekeyIsNoLoss) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{kConnection, 5, 9});
  gateway.feed(ChildSaUp{kConnection, 5, 10});
  gateway.feed(ChildSaDown{kConnection, 5, 9});
  gateway.feed(ChildSaUp{kConnection, 6, 11});
  gateway.feed(IkeSaDown{kConnection, 5});
  EXPECT_EQ(gateway.state_of(kIke), "up");
}

TEST(Tunnels, AnSaThatOutlivesALostLinkIsUsedAgain) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{kConnection, 5, 9});
  auto uplinks = good_uplinks();
  uplinks[0].running = false;
  gateway.observe(uplinks);
  EXPECT_EQ(gateway.state_of(kIke), "waiting");
  gateway.observe(good_uplinks());
  EXPECT_EQ(gateway.state_of(kIke), "up");
  EXPECT_TRUE(initiated(gateway).empty());
}

TEST(Tunnels, AnotherAddressOverIPv6IsANewInitiateAndTheOldSaEndsLast) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 5, 9});
  gateway.feed(ChildSaUp{kConnection, 6, 10});
  auto uplinks = good_uplinks();
  uplinks[1].addresses = {ip("2001:db8:2::77")};
  uplinks[1].ipv6_source = ip("2001:db8:2::77");
  gateway.observe(uplinks);
  EXPECT_EQ(initiated(gateway), std::vector<std::string>{"kaido-tokyo-b-s2"});
  EXPECT_EQ(gateway.state_of(kIke6), "up") << "make before break";
  EXPECT_TRUE(gateway.actions<TerminateIke>().empty());
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 7, 11});
  ASSERT_EQ(gateway.actions<TerminateIke>().size(), 1U);
  EXPECT_EQ(gateway.actions<TerminateIke>()[0].unique_id, 5U);
  EXPECT_EQ(gateway.state_of(kIke), "up") << "the other slot carries on";
}

TEST(Tunnels, ACharonThatRestartsIsFollowed) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{kConnection, 5, 9});
  gateway.feed(IkeEvent{CharonDown{"gone"}});
  EXPECT_EQ(gateway.state_of(kIke), "waiting");
  gateway.feed(IkeListed{});
  EXPECT_EQ(initiated(gateway).size(), 2U);
}

TEST(Tunnels, WireGuardIsUpWhileItsHandshakeIsFresh) {
  Driver gateway;
  gateway.start(branch());
  gateway.handshake("kd-wg1", key(1), 3, 1s);
  EXPECT_EQ(gateway.state_of(kWireGuard), "up");
  gateway.handshake("kd-wg1", key(1), 179, 2s);
  EXPECT_EQ(gateway.state_of(kWireGuard), "up");
  gateway.handshake("kd-wg1", key(1), 180, 3s);
  EXPECT_NE(gateway.state_of(kWireGuard), "up");
  EXPECT_EQ(gateway.tunnel(kWireGuard).last_failure.value().condition,
            Condition::tunnel_no_handshake);
}

// The kernel refuses handshakes that are older than the last by the site's clock.
TEST(Tunnels, AHubMakesAPeerAfreshOnceItsSessionHasEnded) {
  Driver gateway;
  gateway.start(hub());
  gateway.handshake("kd-wg2", key(12), 3, 1s);
  gateway.handshake("kd-wg2", key(12), 3, 170s);
  EXPECT_TRUE(gateway.actions<RenewPeer>().empty()) << "it lives";
  gateway.handshake("kd-wg2", key(12), 3, 190s);
  ASSERT_EQ(gateway.actions<RenewPeer>().size(), 1U);
  EXPECT_EQ(gateway.actions<RenewPeer>()[0].device, "kd-wg2");
  EXPECT_EQ(gateway.actions<RenewPeer>()[0].peer, key(12));
  gateway.handshake("kd-wg2", key(12), -1, 191s);
  gateway.handshake("kd-wg2", key(12), -1, 2000s);
  EXPECT_TRUE(gateway.actions<RenewPeer>().empty()) << "this one has had none yet";
}

TEST(Tunnels, AHubThatStartsDoesNotTakeTheClocksWordThatASessionHasEnded) {
  Driver gateway;
  gateway.start(hub());
  for (const auto when : {1s, 179s}) {
    gateway.handshake("kd-wg2", key(12), 100'000, when);
    EXPECT_TRUE(gateway.actions<RenewPeer>().empty()) << when.count();
  }
  gateway.handshake("kd-wg2", key(12), 100'000, 181s);
  EXPECT_EQ(gateway.actions<RenewPeer>().size(), 1U) << "a living one would have had another";
}

TEST(Tunnels, ASiteMakesNoPeerAfresh) {
  Driver gateway;
  gateway.start(branch());
  gateway.handshake("kd-wg1", key(1), 3, 1s);
  gateway.handshake("kd-wg1", key(1), 3, 500s);
  EXPECT_TRUE(gateway.actions<RenewPeer>().empty());
}

TEST(Tunnels, WhatWasReadBeforeTheLastLookIsNoNews) {
  Driver gateway;
  gateway.start(branch());
  gateway.handshake("kd-wg1", key(1), 3, 10s);
  ASSERT_EQ(gateway.state_of(kWireGuard), "up");
  const ObservedWireGuardDevice before{.name = "kd-wg1"};
  gateway.feed(WireGuardObserved{.device = &before, .wall_time = 1, .read_at = at(9s)}, 11s);
  EXPECT_EQ(gateway.state_of(kWireGuard), "up");
  gateway.feed(WireGuardObserved{.device = &before, .wall_time = 1, .read_at = at(11s)}, 12s);
  EXPECT_NE(gateway.state_of(kWireGuard), "up");
}

TEST(Tunnels, AHandshakeIsAsOldAsItWasWhenItWasRead) {
  Driver gateway;
  gateway.start(branch());
  ObservedWireGuardDevice device{.name = "kd-wg1"};
  device.peers.push_back({.peer = {.public_key = key(1)}, .last_handshake = 1'000});
  gateway.feed(WireGuardObserved{.device = &device, .wall_time = 1'170, .read_at = at(1s)}, 3s);
  EXPECT_EQ(gateway.state_of(kWireGuard), "up");
  gateway.feed(WireGuardObserved{.device = &device, .wall_time = 1'181, .read_at = at(12s)}, 12s);
  EXPECT_NE(gateway.state_of(kWireGuard), "up") << "180 s at 11 s, not at 13";
}

TEST(Tunnels, AClockThatIsSetBackBreaksNoWireGuardTunnel) {
  Driver gateway;
  gateway.start(branch());
  gateway.handshake("kd-wg1", key(1), 3, 1s);
  ObservedWireGuardDevice device{.name = "kd-wg1"};
  device.peers.push_back({.peer = {.public_key = key(1)}, .last_handshake = 1'800'000'000});
  gateway.feed(WireGuardObserved{&device, 1'000'000'000}, 2s);
  EXPECT_EQ(gateway.state_of(kWireGuard), "up");
}

TEST(Tunnels, OneThatTheAdminTookDownStaysDown) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{kConnection, 5, 9});
  gateway.feed(TunnelsEnabled{{kIke}, false});
  EXPECT_EQ(gateway.state_of(kIke), "disabled");
  ASSERT_EQ(gateway.actions<TerminateIke>().size(), 1U);
  gateway.feed(IkeEvent{CharonDown{"gone"}});
  gateway.feed(IkeListed{});
  gateway.configure(branch(), {kIke});
  EXPECT_EQ(gateway.state_of(kIke), "disabled");
  gateway.feed(TunnelsEnabled{{kIke}, true});
  EXPECT_EQ(initiated(gateway), std::vector<std::string>{kConnection});
}

TEST(Tunnels, AConfigurationThatChangesNothingForATunnelLeavesItAlone) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{kConnection, 5, 9});
  auto model = branch();
  model.slots.pop_back();
  model.hubs.pop_back();
  model.networks.pop_back();
  gateway.configure(model);
  EXPECT_EQ(gateway.state_of(kIke), "up");
  EXPECT_TRUE(gateway.actions<TerminateIke>().empty());
  EXPECT_TRUE(match_tunnels(gateway.board.tunnels, "plain").empty());
}

TEST(Tunnels, EventsThatFitNoTunnelAreIgnored) {
  Driver gateway;
  gateway.start(branch());
  for (const auto* name :
       {"", "kaido-", "kaido-x-s1", "other-s1", "kaido-tokyo-a-s9", "kaido--s"}) {
    gateway.feed(ChildSaUp{name, 1, 1});
    EXPECT_TRUE(gateway.last.empty()) << name;
    gateway.feed(IkeSaDown{name, 1});
    EXPECT_TRUE(gateway.last.empty()) << name;
  }
}

TEST(HubTunnels, ListenAndNeverInitiate) {
  Driver gateway;
  gateway.start(hub());
  EXPECT_EQ(gateway.state_of("osaka:1/ikev2"), "listening");
  EXPECT_EQ(gateway.state_of("nagoya:1/wireguard"), "listening");
  gateway.feed(ChildSaUp{"kaido-osaka-s2", 1, 1});
  EXPECT_EQ(gateway.state_of("osaka:2/ikev2"), "up");
  EXPECT_EQ(gateway.state_of("osaka:1/ikev2"), "listening");
  gateway.handshake("kd-wg1", key(13), 1);
  EXPECT_EQ(gateway.state_of("nagoya:1/wireguard"), "up");
  EXPECT_EQ(gateway.state_of("osaka:1/wireguard"), "listening");
  EXPECT_TRUE(gateway.actions<InitiateIke>().empty());
  EXPECT_EQ(next_deadline(gateway.board.tunnels), std::nullopt);
}

TEST(Names, OfTunnelsMatchWholeParts) {
  Driver gateway;
  gateway.start(branch());
  EXPECT_EQ(match_tunnels(gateway.board.tunnels, "tokyo").size(), 4U);
  EXPECT_EQ(match_tunnels(gateway.board.tunnels, "tokyo/a").size(), 2U);
  EXPECT_EQ(match_tunnels(gateway.board.tunnels, kIke).size(), 1U);
  EXPECT_TRUE(match_tunnels(gateway.board.tunnels, "tok").empty());
  EXPECT_TRUE(match_tunnels(gateway.board.tunnels, "").empty());
}

TEST(BackOff, DoublesUpToAMinuteWithAQuarterOfJitter) {
  EXPECT_EQ(back_off(1, 0), 500ms);
  EXPECT_EQ(back_off(2, 0), 1s);
  EXPECT_EQ(back_off(4, 0), 4s);
  EXPECT_EQ(back_off(8, 0), 60s);
  EXPECT_EQ(back_off(4'000'000'000U, 0), 60s);
  EXPECT_LT(back_off(8, 0.999), 75s);
  EXPECT_GT(back_off(8, 0.999), 74s);
}

}  // namespace
}  // namespace kaido::test
