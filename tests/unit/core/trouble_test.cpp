#include "core/tunnels/trouble.hpp"

#include <gtest/gtest.h>

#include "sample.hpp"

namespace kaido::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kIke = "tokyo/a:isp1/ikev2";
constexpr auto kConnection = "kaido-tokyo-a-s1";

std::optional<Error> told(const Driver& gateway, const std::string& tunnel) {
  const auto troubles = tunnel_troubles(gateway.board, {});
  const auto found = troubles.find("tunnel " + tunnel);
  return found == troubles.end() ? std::nullopt : std::optional(found->second);
}

TEST(Troubles, ATunnelIsOneOnceItWasTriedForTenSeconds) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(Tick{}, 9900ms);
  EXPECT_TRUE(tunnel_troubles(gateway.board, {}).empty());
  EXPECT_EQ(next_deadline(gateway.board.tunnels), at(10s)) << "somebody has to look then";
  gateway.feed(Tick{}, 10s);
  EXPECT_EQ(tunnel_troubles(gateway.board, {}).size(), 5U);
  EXPECT_EQ(told(gateway, kIke).value().condition, Condition::tunnel_no_answer);
  EXPECT_EQ(told(gateway, "plain/a:isp1/wireguard").value().condition,
            Condition::tunnel_no_handshake);
}

TEST(Troubles, ATunnelIsOneOnceItHasFailedTwice) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(IkeLogLine{kConnection, 5, "received AUTHENTICATION_FAILED notify error"}, 1s);
  EXPECT_FALSE(told(gateway, kIke));
  gateway.feed(Tick{}, 2s);
  gateway.feed(IkeLogLine{kConnection, 6, "received AUTHENTICATION_FAILED notify error"}, 2s);
  ASSERT_TRUE(told(gateway, kIke));
  EXPECT_EQ(told(gateway, kIke)->condition, Condition::tunnel_refused);
}

TEST(Troubles, EndWhenTheTunnelIsUpDisabledOrHasToWait) {
  for (const Event& end :
       {Event(IkeEvent(ChildSaUp{kConnection, 5, 9})), Event(TunnelsEnabled{{kIke}, false}),
        Event(IkeEvent(CharonDown{})), Event(TornDown{})}) {
    Driver gateway;
    gateway.start(branch());
    gateway.feed(Tick{}, 10s);
    ASSERT_TRUE(told(gateway, kIke));
    gateway.feed(end, 11s);
    EXPECT_FALSE(told(gateway, kIke)) << gateway.state_of(kIke);
  }
}

TEST(Troubles, WhatATunnelHadToWaitForIsNotHeldAgainstIt) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(Tick{}, 60s);
  auto uplinks = good_uplinks();
  uplinks[0].running = false;
  gateway.observe(uplinks, 61s);
  uplinks[0].running = true;
  gateway.observe(uplinks, 300s);
  EXPECT_FALSE(told(gateway, kIke)) << "it has ten seconds again";
}

TEST(Troubles, ATunnelIsNoErrorWhileItsNetworksAreReached) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(Tick{}, 10s);
  EXPECT_EQ(told(gateway, kIke).value().severity(), Severity::error);
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 5, 9}, 11s);
  EXPECT_EQ(told(gateway, kIke).value().severity(), Severity::warning);
  EXPECT_EQ(told(gateway, "plain/a:isp1/wireguard").value().severity(), Severity::error)
      << "partner is not reached";
}

TEST(Troubles, OneCauseIsToldOnce) {
  Driver gateway;
  gateway.start(branch());
  gateway.feed(ChildSaUp{"kaido-tokyo-b-s2", 5, 9}, 11s);
  gateway.feed(Tick{}, 10s);
  const auto all = tunnel_troubles(gateway.board, {});
  const auto without = tunnel_troubles(gateway.board, {Condition::tunnel_no_answer});
  EXPECT_TRUE(all.contains(std::string("tunnel ") + kIke));
  EXPECT_FALSE(without.contains(std::string("tunnel ") + kIke)) << "ipsec-blocked says it better";
  EXPECT_EQ(all.size(), without.size() + 1);
}

TEST(Troubles, AHubHasNoneForSitesComeAndGo) {
  Driver gateway;
  gateway.start(hub());
  gateway.feed(Tick{}, 600s);
  EXPECT_TRUE(tunnel_troubles(gateway.board, {}).empty());
}

TEST(Troubles, AnUplinkNeedsTheFamiliesOfItsEndpoints) {
  Driver gateway;
  gateway.start(branch());
  EXPECT_FALSE(uplink_trouble(gateway.board, 1)) << "nobody asks it for IPv4";
  auto uplinks = good_uplinks();
  uplinks[1].addresses = {ip("192.0.2.9")};
  gateway.observe(uplinks);
  const auto trouble = uplink_trouble(gateway.board, 1);
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->condition, Condition::uplink_no_address);
  EXPECT_EQ(trouble->severity(), Severity::error);

  auto both = branch();
  both.slots.push_back({.number = 4, .uplink = 1, .hub = 0, .endpoint = 0});
  uplinks[1].gateways.push_back(ip("192.0.2.1"));
  gateway.configure(both);
  gateway.observe(uplinks);
  EXPECT_EQ(uplink_trouble(gateway.board, 1).value().severity(), Severity::warning)
      << "IPv4 goes by it";
}

TEST(Troubles, CertificatesAreValidInTheirTimeOnly) {
  constexpr std::int64_t day = 86'400;
  constexpr std::int64_t now = 1'800'000'000;  // 2027-01-15
  Identities identities;
  EXPECT_FALSE(certificate_trouble(identities, now));
  identities.validity = {{"the certificate", now - day, now + 22 * day},
                         {"the authority \"ca.crt\"", now - day, now + 900 * day}};
  EXPECT_FALSE(certificate_trouble(identities, now));

  const auto soon = certificate_trouble(identities, now + 2 * day);
  ASSERT_TRUE(soon);
  EXPECT_EQ(soon->condition, Condition::certificate_expires_soon);
  EXPECT_EQ(soon->severity(), Severity::warning);
  EXPECT_EQ(soon->detail, "the certificate expires on 2027-02-06");

  const auto expired = certificate_trouble(identities, now + 23 * day);
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->condition, Condition::tunnel_certificate_expired);
  EXPECT_EQ(expired->detail, "the certificate expired on 2027-02-06");

  const auto late_clock = certificate_trouble(identities, now - 2 * day);
  ASSERT_TRUE(late_clock);
  EXPECT_EQ(late_clock->condition, Condition::tunnel_certificate_expired);
  EXPECT_NE(late_clock->detail.find("clock"), std::string::npos);
}

}  // namespace
}  // namespace kaido::test
