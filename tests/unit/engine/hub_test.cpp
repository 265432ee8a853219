// A hub with 10,000 sites.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "world.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using test::World;

WireGuardKey key_of(std::uint32_t number) {
  WireGuardKey key{};
  for (std::size_t i = 0; i < 4; ++i) key.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
  return key;
}

Model hub_of(std::uint32_t count) {
  auto model = test::hub();
  model.sites.clear();
  for (std::uint32_t i = 1; i <= count; ++i) {
    Site site{.name = fmt::format("site-{}", i),
              .number = static_cast<std::uint16_t>(i),
              .domain = fmt::format("site-{}.example", i),
              .prefixes = {Prefix::parse(fmt::format("10.{}.{}.0/24", i / 256, i % 256)).value()},
              .ikev2 = false};
    site.slots = {{1, key_of(i)}};
    model.sites.push_back(std::move(site));
  }
  return model;
}

TEST(EngineOfALargeHub, StartsReportsAndTakesOneChangedSite) {
  constexpr std::uint32_t kSites = 1'000;
  World world;
  world.start(hub_of(kSites));
  EXPECT_EQ(world.wireguard.peers_written(), kSites);
  EXPECT_EQ(world.engine->status().tunnels, kSites);
  EXPECT_EQ(world.engine->networks().size(), kSites);

  auto changed = hub_of(kSites);
  changed.sites.at(500).prefixes = {test::net("172.16.0.0/24")};
  world.configuration.models["changed"] = changed;
  const auto peers = world.wireguard.peers_written();
  const auto changes = world.stack.changes_applied();
  const auto told = world.apply("changed");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->size(), 1U);
  world.settle();
  EXPECT_EQ(world.wireguard.peers_written(), peers + 1);
  EXPECT_LE(world.stack.changes_applied(), changes + 8);
}

TEST(EngineOfALargeHub, DerivesItsPublicKeyOnceAndMakesTheReportsOnceInAWhile) {
  World world;
  // What it takes to make them is how long they are given again.
  world.configuration.on_derive = [&] { world.clock.go_to(world.clock.now() + 1ms); };
  world.start(hub_of(1'000));
  const auto* first = world.engine->tunnels().data();
  EXPECT_EQ(world.engine->tunnels().data(), first) << "the same again";
  EXPECT_EQ(world.engine->tunnels().front().public_key,
            to_base64(public_key(*test::identities_of(test::hub()).hub_key)));
  EXPECT_EQ(world.configuration.derived, 1);
}

TEST(EngineOfALargeHub, SaysInOneLineThatItListensForManySites) {
  World world;
  world.start(hub_of(1000));
  EXPECT_LE(world.log.entries.size(), 100U);
}

TEST(EngineOfALargeHub, HearsOfEachPeerAlthoughTheStrandHearsOfAFewAtATime) {
  World world;
  world.start(hub_of(1000));
  for (const auto number : {1U, 128U, 129U, 1000U}) world.handshake(1, key_of(number));
  EXPECT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 4; }, 10s));
}

TEST(EngineOfALargeHub, MakesAHundredPeersAfreshAtOnceWhereThereAreNoMore) {
  World world;
  world.start(hub_of(100));
  for (std::uint32_t i = 1; i <= 100; ++i) world.handshake(1, key_of(i));
  ASSERT_TRUE(world.until([&] { return world.engine->status().tunnels_up == 100; }, 10s));
  for (std::uint32_t i = 1; i <= 100; ++i) world.handshake(1, key_of(i), 181);
  const auto anew = [&] {
    const auto device = world.wireguard.read("kd-wg1").value();
    return std::ranges::all_of(device.peers,
                               [](const auto& peer) { return peer.last_handshake == 0; });
  };
  EXPECT_TRUE(world.until(anew, 5s));
}

TEST(EngineOfALargeHub, ComparesAllEachMinuteOnAWorker) {
  World world;
  world.start(hub_of(1000));
  world.run_for(5s);
  const auto reads = world.stack.reads();
  const auto changes = world.stack.changes_applied();
  world.run_for(61s);
  EXPECT_EQ(world.stack.reads(), reads + 1) << "the worker's";
  EXPECT_EQ(world.stack.changes_applied(), changes);
}

TEST(EngineOfALargeHub, MakesAgainWhatSomebodyTookAwayWithoutAWord) {
  World world;
  world.start(hub_of(1000));
  const auto has = [&] {
    const auto device = world.wireguard.read("kd-wg1").value();
    return std::ranges::any_of(
        device.peers, [](const auto& peer) { return peer.peer.public_key == key_of(500); });
  };
  WireGuardChange change{.device = "kd-wg1"};
  change.peers.push_back({.peer = {.public_key = key_of(500)}, .remove = true});
  ASSERT_TRUE(world.wireguard.write(change));
  ASSERT_FALSE(has());
  EXPECT_TRUE(world.until(has, 61s));
}

TEST(EngineOfALargeHub, LoadsAgainATableThatSomebodyTookAwayWithoutAWord) {
  World world;
  world.start(hub_of(10));
  world.run_for(5s);
  world.firewall.go_silent();
  world.run_for(61s);
  const auto listed = world.firewall.listed();
  world.run_for(61s);
  EXPECT_EQ(world.firewall.listed(), listed) << "nobody has touched a table";
  world.firewall.lose();
  EXPECT_TRUE(world.until([&] { return world.firewall.table().has_value(); }, 61s));
}

TEST(EngineOfALargeHub, ComparesAgainWhatItsWorkerCouldNotRead) {
  World world;
  world.start(hub_of(10));
  world.run_for(5s);
  world.stack.fail_next_read({Condition::kernel_unreachable, "no answer"});
  const auto reads = world.stack.reads();
  world.run_for(61s);
  EXPECT_EQ(world.stack.reads(), reads + 2);
}

/// Sealed as osaka would: both ends find the same key.
void seal(reflector::Message& message) {
  const claim_seals::OpenSslSeals seals;
  const auto key = seals.derive(WireGuardPrivateKey(test::key(0x50)), test::key(11),
                                claim_slot(test::net("fd4b:6169:646f::/48"), 7, 1));
  const stamp::Claim claim{.epoch = message.epoch,
                           .generation = message.generation,
                           .hub = message.hub,
                           .transport = message.transport,
                           .slot = message.slot,
                           .carries = message.carries != 0,
                           .size = message.size,
                           .fragments = message.fragments != 0,
                           .outranks = message.outranks != 0,
                           .hold = message.hold};
  std::vector<std::byte> text;
  stamp::signed_text(message.sequence, claim, message.room, text);
  message.hmac = seals.seal(key.value(), text);
  message.sealed = 1;
}

/// What the reflector says of osaka's first WireGuard path.
reflector::Message claim(std::uint32_t generation, std::uint16_t size, bool fragments) {
  const auto source =
      inner_address(test::net("fd4b:6169:646f::/48"), 7, Transport::wireguard, 1).bytes();
  reflector::Message message{.kind = reflector::Kind::claim,
                             .epoch = 1,
                             .generation = generation,
                             .hub = 101,
                             .transport = 2,
                             .slot = 1,
                             .size = size,
                             .hold = 1000,
                             .carries = 1};
  message.fragments = fragments ? 1 : 0;
  std::ranges::copy(source, message.source.begin());
  std::copy_n(source.begin(), message.site.size(), message.site.begin());
  message.sequence = 77;
  message.room = 4;
  seal(message);
  return message;
}

/// A hub whose site osaka has a WireGuard session, and claims it.
class HubWithASite : public ::testing::Test {
 protected:
  HubWithASite() {
    world.listening = true;
    world.start(test::hub());
    world.handshake(1, test::key(11));
    claims();
    EXPECT_TRUE(world.until([&] { return told() == kFresh; }));
  }
  void claims() { world.claims.hear(claim(1, 1420, false), "kd-wg1"); }
  void falls_silent() { world.claims.fall_silent(claim(1, 1420, false).site); }
  /// By which metric other routers are told of osaka; 0: not at all.
  [[nodiscard]] std::uint32_t told() const { return metric(kSitesTable); }
  [[nodiscard]] std::uint32_t delivered() const { return metric(kMainTable); }
  /// Until nothing has been heard for as long as the hub gives everybody to speak.
  void wait_for_silence() { world.run_for(std::chrono::milliseconds(kSpeaksUp) + 300ms); }

  static constexpr std::uint32_t kFresh = 20;
  World world;

 private:
  [[nodiscard]] std::uint32_t metric(std::uint32_t table) const {
    for (const auto& route : world.stack.state().routes)
      if (route.destination == test::net("10.1.7.0/24") && route.table == table &&
          route.type == RouteType::unicast)
        return route.metric;
    return 0;
  }
};

TEST_F(HubWithASite, ReadsNothingAndWritesItsRoutesAloneForAClaim) {
  const auto reads = world.stack.reads();
  const auto changes = world.stack.changes_applied();
  auto word = claim(2, 1300, false);
  world.claims.hear(word, "kd-wg1");
  const auto mtu = [&] {
    for (const auto& route : world.stack.state().routes)
      if (route.destination == test::net("10.1.7.0/24") && route.nexthop != 0) return route.mtu;
    return 0U;
  };
  EXPECT_TRUE(world.until([&] { return mtu() == 1300; }));
  world.settle();
  EXPECT_EQ(world.stack.reads(), reads);
  EXPECT_EQ(world.stack.changes_applied(), changes + 3) << "10.1.7.0/24, fd51:7::/64, its own";
}

TEST_F(HubWithASite, DeliversToASilentSiteWhileItsTunnelLives) {
  falls_silent();
  EXPECT_TRUE(world.until([&] { return told() == kStaleMetric; }));
  EXPECT_EQ(delivered(), kStaleMetric);
  world.handshake(1, test::key(11), 200);
  EXPECT_TRUE(world.until([&] { return told() == 0; }, 10s)) << "its session has ended";
  EXPECT_EQ(delivered(), 0U);
  world.settle();  // its peer was made afresh
  world.handshake(1, test::key(11));
  EXPECT_TRUE(world.until([&] { return told() == kStaleMetric; }, 10s)) << "and is there again";
}

TEST_F(HubWithASite, KeepsWhatASilentSiteHadWhenItRestarts) {
  falls_silent();
  ASSERT_TRUE(world.until([&] { return told() == kStaleMetric; }));
  world.settle();
  const auto changes = world.stack.changes_applied();
  world.restart(test::hub());
  wait_for_silence();
  EXPECT_EQ(world.stack.changes_applied(), changes);
  claims();
  EXPECT_TRUE(world.until([&] { return told() == kFresh; }));
}

TEST_F(HubWithASite, WithdrawsNothingWhenItRestartsBeforeItsReflectorAndCharon) {
  world.settle();
  const auto changes = world.stack.changes_applied();
  world.stop();
  world.ike.stop_charon();
  world.claims.stop_reflector();
  world.settle();  // nobody is told
  world.start(test::hub());
  world.claims.start_reflector();
  world.settle();
  claims();
  wait_for_silence();
  EXPECT_EQ(world.stack.changes_applied(), changes);
  EXPECT_EQ(told(), kFresh);
}

TEST_F(HubWithASite, FollowsNoClaimBeforeItCanActOnIt) {
  world.settle();
  world.stop();
  const auto followed = world.claims.heard().size();
  world.claims.hear(claim(2, 1420, false), "kd-wg1");
  world.charon_is_slow = true;
  world.start(test::hub());
  EXPECT_EQ(world.claims.heard().size(), followed) << "the site would believe that it is followed";
  world.charon_answers();
  EXPECT_TRUE(world.until([&] { return world.claims.heard().size() > followed; }));
}

TEST_F(HubWithASite, MakesWhatNobodySpeaksForTheLastResortWhenItRestarts) {
  world.stop();
  falls_silent();
  world.settle();  // nobody is told
  world.start(test::hub());
  EXPECT_EQ(told(), kFresh) << "it may yet speak";
  EXPECT_TRUE(world.until([&] { return told() == kStaleMetric; }));
}

TEST_F(HubWithASite, TakesNoClaimFromWhoDoesNotHaveTheSlotsKey) {
  auto gone = claim(2, 1420, false);
  gone.slot = 0;  // sealed for something else
  world.claims.hear(gone, "kd-wg1");
  gone.sealed = 0;
  world.claims.hear(gone, "kd-wg1");
  gone.epoch = 9;  // by IPsec, whose slot has a key as well
  gone.source = inner_address(test::net("fd4b:6169:646f::/48"), 7, Transport::ikev2, 1).bytes();
  world.claims.hear(gone, "kd-ike7-1");
  world.settle();
  EXPECT_EQ(told(), kFresh);
  EXPECT_EQ(world.log.count("CLAIM_REFUSED", "osaka"), 1U) << "one line a minute";
  auto replayed = claim(2, 1420, false);
  replayed.sequence = 78;
  world.claims.hear(replayed, "kd-wg1");
  world.settle();
  EXPECT_EQ(world.claims.heard().back().generation, 1U) << "the seal is of one probe";
}

TEST_F(HubWithASite, IgnoresAClaimOfATransportThatItDoesNotKnow) {
  auto word = claim(2, 1420, false);
  for (const std::uint8_t transport : {std::uint8_t{3}, std::uint8_t{15}}) {
    word.transport = transport;
    seal(word);
    world.claims.hear(word, "kd-wg1");
  }
  world.settle();
  EXPECT_EQ(world.claims.heard().back().generation, 1U) << "there is no such tunnel";
  word = claim(2, 1420, false);
  word.source[13] = 3;  // by a path of it
  world.claims.hear(word, "kd-wg1");
  world.settle();
  EXPECT_EQ(world.claims.heard().back().generation, 1U);
  EXPECT_EQ(told(), kFresh);
}

TEST_F(HubWithASite, TakesAnUnsealedClaimOfASiteByIpsecAlone) {
  auto model = test::hub();
  model.sites[0].wireguard = false;
  world.configuration.models["ipsec"] = model;
  ASSERT_TRUE(world.apply("ipsec"));
  auto word = claim(2, 1420, false);
  word.sealed = 0;
  word.transport = 1;
  word.source = inner_address(test::net("fd4b:6169:646f::/48"), 7, Transport::ikev2, 1).bytes();
  world.claims.hear(word, "kd-ike7-1");
  EXPECT_TRUE(world.until([&] { return world.claims.heard().back().generation == 2; }));
}

TEST_F(HubWithASite, ForgetsAClaimByItsOwnSilence) {
  auto poison = claim(1, 1420, false);
  poison.epoch = std::numeric_limits<std::uint64_t>::max();
  poison.slot = 0;
  poison.carries = 0;
  seal(poison);
  world.claims.hear(poison, "kd-wg1");
  ASSERT_TRUE(world.until([&] { return told() == 0; }));
  auto true_word = claim(1, 1420, false);
  true_word.in_force_epoch = poison.epoch;
  true_word.in_force_generation = 1;
  true_word.unheard = 7999;
  world.claims.hear(true_word, "kd-wg1");
  world.settle();
  EXPECT_EQ(told(), 0U);
  EXPECT_EQ(world.claims.heard().back().epoch, poison.epoch) << "so that its silence is noticed";
  true_word.unheard = 8000;
  world.claims.hear(true_word, "kd-wg1");
  EXPECT_TRUE(world.until([&] { return told() == kFresh; }));
}

TEST_F(HubWithASite, DoesNotForgetByTheSilenceOfAClaimThatWasInForceBefore) {
  auto word = claim(2, 1420, false);
  world.claims.hear(word, "kd-wg1");
  ASSERT_TRUE(world.until([&] { return world.claims.heard().back().generation == 2; }));
  word = claim(1, 1420, false);
  word.slot = 0;
  seal(word);
  word.in_force_epoch = 1;
  word.in_force_generation = 1;
  word.unheard = 60'000;
  world.claims.hear(word, "kd-wg1");
  world.settle();
  EXPECT_EQ(told(), kFresh);
}

TEST_F(HubWithASite, SaysThatItsReflectorIsOlderAndLetsAllLingerUntilItIsAnew) {
  world.claims.be_outdated();
  EXPECT_TRUE(world.until([&] { return world.has(Condition::reflector_outdated, "reflector"); }));
  EXPECT_TRUE(world.until([&] { return told() == kStaleMetric; }));
  world.claims.stop_reflector();
  world.claims.start_reflector();
  claims();
  EXPECT_TRUE(world.until([&] { return told() == kFresh; }));
  EXPECT_FALSE(world.has(Condition::reflector_outdated, "reflector"));
}

TEST_F(HubWithASite, AnAlternatingSiteFillsNoLog) {
  for (std::uint32_t i = 2; i < 42; ++i) {
    auto word = claim(i, 1420, false);
    word.slot = static_cast<std::uint8_t>(i % 2);
    seal(word);
    world.claims.hear(word, "kd-wg1");
    world.claims.hear(claim(1, 1420, false), "kd-wg1");  // outdated
    world.settle();
  }
  EXPECT_EQ(world.log.count("CLAIM_OUTDONE", "osaka"), 1U);
  EXPECT_LE(world.log.count("NETWORK_MOVED", "osaka"), 10U);
}

TEST_F(HubWithASite, AnAlternatingSiteHasAQuarterOfTheStrandAtMost) {
  constexpr auto kCost = 10ms;  // of each change; the log is told of each
  const auto begin = world.clock.now();
  Duration busy{};
  world.log.on_write = [&] {
    busy += kCost;
    world.clock.go_to(world.clock.now() + kCost);
  };
  for (std::uint32_t i = 2; world.clock.now() < begin + 10s; ++i) {
    auto word = claim(i, 1420, false);
    word.slot = static_cast<std::uint8_t>(i % 2);
    seal(word);
    world.claims.hear(word, "kd-wg1");
    world.run_for(20ms);
  }
  EXPECT_GE(world.log.count("KERNEL_CHANGED"), 150U) << "it is followed all the same";
  EXPECT_LE(busy, 4s) << "of ten, with the burst at first and what is no reconciliation";
}

TEST_F(HubWithASite, AnAlternatingSiteFillsNoLogWithWhatItChanges) {
  for (std::uint32_t i = 2; i < 802; ++i) {
    auto word = claim(i, 1420, false);
    word.slot = static_cast<std::uint8_t>(i % 2);
    seal(word);
    world.claims.hear(word, "kd-wg1");
    world.settle();
  }
  EXPECT_EQ(world.log.count("KERNEL_CHANGED"), 1000U) << "within the first minute";
}

TEST_F(HubWithASite, MakesAPeerAfreshWhoseSessionHasEnded) {
  world.run_for(3s);  // its session was seen
  world.handshake(1, test::key(11), 178);
  const auto last_handshake = [&] {
    const auto device = world.wireguard.read("kd-wg1").value();
    for (const auto& peer : device.peers)
      if (peer.peer.public_key == test::key(11)) return peer.last_handshake;
    return std::int64_t{-1};
  };
  EXPECT_TRUE(world.until([&] { return last_handshake() == 0; }, 10s)) << "removed, and back";
}

TEST(EngineOfAHub, FragmentsOutsideAsASiteClaims) {
  World world;
  world.listening = true;
  world.stack.plug_in("wan");
  const Route way{.destination = test::net("0.0.0.0/0"),
                  .gateway = test::ip("203.0.113.2"),
                  .device = "wan",
                  .protocol = 3};
  world.stack.change(AddAddress{{"wan", test::ip("203.0.113.1"), 30}});
  world.stack.change(ReplaceRoute{way});
  world.start(test::hub());
  WireGuardPeer peer{.public_key = test::key(11)};
  peer.endpoint = SocketAddress{test::ip("198.51.100.17"), 51801};
  ASSERT_TRUE(world.wireguard.write(
      {.device = "kd-wg1", .peers = {{.peer = peer, .set_endpoint = true, .update_only = true}}}));
  world.handshake(1, test::key(11));
  const auto mtu = [&] {
    const auto routes = world.stack.state().routes;
    const auto found =
        std::ranges::find(routes, test::net("198.51.100.17/32"), &Route::destination);
    return found == routes.end() ? 0 : found->mtu;
  };
  world.claims.hear(claim(1, 1208, true), "kd-wg1");
  EXPECT_TRUE(world.until([&] { return mtu() == 1276; }, 20s)) << "once its address was seen";
  world.claims.hear(claim(2, 1, true), "kd-wg1");
  EXPECT_TRUE(world.until([&] { return mtu() == 572; }))
      << "576 outside pass everywhere; by WireGuard's padding it is 572";
  world.claims.hear(claim(3, 1420, false), "kd-wg1");
  EXPECT_TRUE(world.until([&] { return mtu() == 0; }));
}

}  // namespace
}  // namespace kaido
