#include "adapters/vici/settings.hpp"

#include <gtest/gtest.h>

namespace kaido::vici {
namespace {

TEST(LoadConn, GivesEspAReplayWindowForALineThatReorders) {
  const auto message = load_conn({.name = "kaido-tokyo-a-s1", .if_id = 1});
  ASSERT_EQ(message.sections().size(), 1U);
  const auto* children = message.sections()[0].second->section("children");
  ASSERT_NE(children, nullptr);
  ASSERT_EQ(children->sections().size(), 1U);
  // 20 Mbit/s of full packets, one of them 100 ms late.
  EXPECT_GE(std::stoi(std::string(children->sections()[0].second->get("replay_window"))), 200);
}

const Section& of(const Section& message, std::size_t i = 0) {
  return *message.sections().at(i).second;
}

IkeConnection person() {
  IkeConnection connection{.name = "kaido-people-alice-laptop-abababab",
                           .remote_id = "email:alice@example.com",
                           .certificates = SharedCertificates(
                               {.own_der = "the hub's", .authority_der = {"people's authority"}}),
                           .if_id = 7};
  connection.person = IkePerson{
      .certificate = "alice's",
      .revocation_required = true,
      .addresses = {IpAddress::parse("10.8.0.2").value(), IpAddress::parse("fd00:8::2").value()},
      .networks = {Prefix::parse("10.50.0.0/16").value()}};
  return connection;
}

using Texts = std::vector<std::string>;

TEST(LoadConn, OfAGatewayNamesItsAuthoritiesSoThatNothingThatIsPinnedElsewhereIsTrusted) {
  IkeConnection site{.name = "kaido-osaka-s1", .remote_id = "s1.osaka.example"};
  site.certificates = SharedCertificates({.own_der = "own", .authority_der = {"authority"}});
  const auto message = load_conn(site);
  const auto& remote = *of(message).section("remote");
  EXPECT_EQ(remote.get("id"), "s1.osaka.example");
  EXPECT_EQ(remote.list("cacerts"), Texts{"authority"});
}

TEST(LoadConn, HoldsAPersonToNameCertificateAndAuthority) {
  const auto message = load_conn(person());
  const auto& body = of(message);
  const auto& remote = *body.section("remote");
  EXPECT_EQ(remote.get("id"), "email:alice@example.com");
  EXPECT_EQ(remote.list("certs"), Texts{"alice's"});
  EXPECT_EQ(remote.list("cacerts"), Texts{"people's authority"});
  EXPECT_EQ(remote.get("revocation"), "strict");
  EXPECT_EQ(body.get("unique"), "replace");
  EXPECT_EQ(body.get("mobike"), "yes");
  EXPECT_EQ(body.get("reauth_time"), "0");
  const auto& selectors = of(*body.section("children"));
  EXPECT_EQ(selectors.list("remote_ts"), (Texts{"10.8.0.2/32", "fd00:8::2/128"}));
  EXPECT_EQ(selectors.list("local_ts"), Texts{"10.50.0.0/16"});
}

TEST(LoadPools, GiveEachAddressToThatConnectionAlone) {
  const auto connection = person();
  const auto pools = pools_of(connection);
  EXPECT_EQ(pools.size(), 4U);
  EXPECT_EQ(of(load_conn(connection)).list("pools"), pools);
  const auto commands = load_pools(connection);
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(of(commands[0].message).get("addrs"), "10.8.0.2");
  EXPECT_EQ(of(commands[3].message).get("addrs"), "fd00:8::2");
  for (const auto& pool : pools) EXPECT_EQ(connection_of(pool), connection.name);
  EXPECT_TRUE(load_pools({.name = "kaido-osaka-s1"}).empty());
}

TEST(LoadCredentials, ARevocationListTakesEffectAtOnce) {
  IkeCredentials credentials;
  EXPECT_TRUE(load_credentials(credentials).empty());
  credentials.revocations = SharedRevocations({"a", "b"});
  const auto commands = load_credentials(credentials);
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[1].message.get("data"), "b");
  EXPECT_EQ(commands[2].name, "flush-certs");
  EXPECT_EQ(commands[2].message.get("type"), "X509_CRL");
}

}  // namespace
}  // namespace kaido::vici
