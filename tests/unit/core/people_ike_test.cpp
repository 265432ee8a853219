// What a hub holds for people who come in by IKEv2: names, connections, ways, the firewall.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/firewall.hpp"
#include "core/desired/ike.hpp"
#include "core/desired/kernel.hpp"
#include "core/session/admissions.hpp"
#include "core/session/ike_identities.hpp"
#include "unit/certificates.hpp"
#include "unit/core/sample.hpp"

namespace kaido {
namespace {

using session::Admissions;
using session::Device;
using session::ike_identities;
using session::Session;
using session::User;
using test::kMika;

constexpr session::WallTime kNow = 1'800'000'000;

/// subjectAltName=URI:https://x.example,DNS:*.example.com,email:alice@example.com,
/// DNS:laptop.example.com
constexpr char kAlice[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB7TCCAZOgAwIBAgIUaWeFsz8XlVZkS/z8I1O2wrbd4OcwCgYIKoZIzj0EAwIw\n"
    "IDEOMAwGA1UECgwFS2FpZG8xDjAMBgNVBAMMBWFsaWNlMCAXDTI2MTEyODE0NDg1\n"
    "OFoYDzIxMjYxMTA0MTQ0ODU4WjAgMQ4wDAYDVQQKDAVLYWlkbzEOMAwGA1UEAwwF\n"
    "YWxpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARPoB/k0ISII00Omu5kOsXn\n"
    "yvP+oFrjtE+nqbniMQtsujJzocjpNuBIoqXoiljLemxev2RLuvigvEP2JMHGsFoQ\n"
    "o4GoMIGlMB0GA1UdDgQWBBSGASIgLi7ppv221a4/PonoUqxSDzAfBgNVHSMEGDAW\n"
    "gBSGASIgLi7ppv221a4/PonoUqxSDzAPBgNVHRMBAf8EBTADAQH/MFIGA1UdEQRL\n"
    "MEmGEWh0dHBzOi8veC5leGFtcGxlgg0qLmV4YW1wbGUuY29tgRFhbGljZUBleGFt\n"
    "cGxlLmNvbYISbGFwdG9wLmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIQDI\n"
    "RgqvARC1bq3YQc8A+5g2B6TyUWwm8CUeizdmaO6TvAIgVRDWoDR2S3coM3rFh3N5\n"
    "5iV7ed63c1DGYOypWp/90fE=\n"
    "-----END CERTIFICATE-----\n";
constexpr char kAliceMail[] = "email:alice@example.com";
constexpr char kAliceSubject[] =
    "asn1dn:#3020310e300c060355040a0c054b6169646f310e300c06035504030c05616c696365";
constexpr char kMikaSubject[] =
    "asn1dn:#3016311430120603550403"
    "0c0b6d696b61206c6170746f70";

using Names = std::vector<std::string>;

TEST(IkeIdentities, AreTheFirstNameThatIsNoPatternAndTheSubject) {
  EXPECT_EQ(ike_identities(kAlice), (Names{kAliceMail, kAliceSubject}));
  EXPECT_EQ(ike_identities(kMika), Names{kMikaSubject});
  EXPECT_EQ(ike_identities(std::string("hello\n") + kMika + kAlice), Names{kMikaSubject});
}

TEST(IkeIdentities, OfWhatIsNoCertificateThereAreNone) {
  EXPECT_EQ(ike_identities(""), Names{});
  EXPECT_EQ(ike_identities("hello"), Names{});
  EXPECT_EQ(ike_identities("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----"), Names{});
}

TEST(IkeIdentities, ACertificateThatWasCutOffOrAlteredIsReadNoFurtherThanItGoes) {
  const std::string whole(kAlice);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_LE(ike_identities(whole.substr(0, size)).size(), 2U);
  for (std::size_t i = 28; i < whole.size(); ++i)
    for (const char other : {'A', '/', '9'}) {
      auto altered = whole;
      altered[i] = other;
      EXPECT_LE(ike_identities(altered).size(), 2U);
    }
}

Device laptop(const char* user, const char* certificate, std::vector<IpAddress> addresses) {
  Device device;
  device.user = user;
  device.name = "laptop";
  device.fingerprint.fill(0xab);
  device.certificate = certificate;
  device.addresses = std::move(addresses);
  return device;
}

Admissions admitted() {
  const auto session = [](const char* name, session::WallTime ends) {
    return Session{.id = std::string("id of ") + name,
                   .user = name,
                   .device = "laptop",
                   .source = "",
                   .started = kNow - 60,
                   .ends = ends};
  };
  const auto user = [](const char* name, const char* group) {
    User one;
    one.name = name;
    one.groups = {group};
    return one;
  };
  auto key = laptop("carol", kMika, {test::ip("10.8.0.4")});
  key.wireguard_key = test::key(21);
  return session::admissions(
      {.sessions = {session("alice", kNow + 600), session("mika", kNow + 60),
                    session("carol", kNow + 90)},
       .devices = {laptop("alice", kAlice, {test::ip("10.8.0.2"), test::ip("fd00:8::2")}),
                   laptop("mika", kMika, {test::ip("10.8.0.3")}), key},
       .users = {user("alice", "staff"), user("mika", "admins"), user("carol", "staff")},
       .preshared_keys = {}},
      kNow);
}

TEST(IkeAdmissions, ADeviceHasOneTransport) {
  const auto all = admitted();
  ASSERT_EQ(all.connections.size(), 2U);
  EXPECT_EQ(all.connections.begin()->first, "kaido-people-alice-laptop-abababab");
  EXPECT_EQ(all.connections.begin()->second.groups, Names{"staff"});
  EXPECT_EQ(all.peers.size(), 1U);
  EXPECT_EQ(session::next_end(all), kNow + 60);
}

TEST(IkeAdmissions, WithoutAnAddressOrANameThereIsNothingToAdmit) {
  Admissions all;
  session::admit(all, {}, laptop("alice", kAlice, {}), {"staff"}, std::nullopt);
  session::admit(all, {}, laptop("alice", "no certificate", {test::ip("10.8.0.2")}), {"staff"},
                 std::nullopt);
  EXPECT_TRUE(all.connections.empty() && all.peers.empty());
}

class HubWithIke : public testing::Test {
 protected:
  HubWithIke() {
    board.model = test::hub();
    board.model.networks = {
        {.name = "corp", .prefixes = {test::net("10.50.0.0/16"), test::net("fd50::/32")}},
        {.name = "lab", .prefixes = {test::net("10.70.0.0/24")}}};
    session::Settings people;
    people.addresses = {test::net("10.8.0.0/24"), test::net("fd00:8::/64")};
    people.wireguard_port = 51790;
    people.ikev2 = true;
    people.groups = {{.name = "staff", .networks = {"corp"}, .hours = std::nullopt},
                     {.name = "admins", .networks = {"lab"}, .hours = std::nullopt}};
    board.model.people = people;
    board.identities.people_certificates =
        SharedCertificates({.own_der = "the hub's", .authority_der = {"people's authority"}});
    board.identities.people_revocations = SharedRevocations({"a list"});
    board.admissions = admitted();
  }
  [[nodiscard]] std::vector<IkeConnection> connections() const {
    auto all = desired_ike(board).connections;
    std::erase_if(all, [](const auto& one) { return !one.person; });
    return all;
  }
  [[nodiscard]] std::vector<Prefix> ways(const char* device,
                                         const KernelState& observed = {}) const {
    std::vector<Prefix> prefixes;
    for (const auto& route : desired_kernel(board, observed).routes)
      if (route.device == device && route.table == kMainTable)
        prefixes.push_back(route.destination);
    std::ranges::sort(prefixes);
    return prefixes;
  }
  Board board;
};

TEST_F(HubWithIke, EachNameOfADeviceIsAConnectionOfThatDeviceAndNoOther) {
  const auto all = connections();
  ASSERT_EQ(all.size(), 3U);
  const auto& alice = all[0];
  EXPECT_EQ(alice.name, "kaido-people-alice-laptop-abababab");
  EXPECT_EQ(alice.remote_id, kAliceMail);
  EXPECT_EQ(alice.local_id, "tokyo.example");
  EXPECT_EQ(alice.if_id, kPeopleIfId);
  EXPECT_EQ(alice.certificates->authority_der, Names{"people's authority"});
  EXPECT_EQ(alice.person,
            (IkePerson{.certificate = kAlice,
                       .revocation_required = false,
                       .addresses = {test::ip("10.8.0.2"), test::ip("fd00:8::2")},
                       .networks = {test::net("10.8.0.1/32"), test::net("10.50.0.0/16"),
                                    test::net("fd00:8::1/128"), test::net("fd50::/32")}}));
  EXPECT_EQ(all[1].name, "kaido-people-alice-laptop-abababab-2");
  EXPECT_EQ(all[1].remote_id, kAliceSubject);
  EXPECT_EQ(all[1].person, alice.person);
  EXPECT_EQ(all[2].remote_id, kMikaSubject);
  EXPECT_EQ(all[2].person->networks,
            (std::vector{test::net("10.8.0.1/32"), test::net("10.70.0.0/24")}))
      << "of its own family";
  EXPECT_EQ(desired_ike(board).credentials.revocations, board.identities.people_revocations);
}

TEST_F(HubWithIke, UntilTheStoreIsReadThoseOfBeforeStay) {
  board.admissions = {};
  auto desired = desired_ike(board);
  EXPECT_EQ(desired.kept_prefix, kPeopleConnectionPrefix);
  EXPECT_TRUE(connections().empty());
  KernelState observed;
  observed.routes = {{.destination = test::net("10.8.0.2/32"), .device = kPeopleIkeDevice},
                     {.destination = test::net("10.8.0.9/32"), .device = "eth0"}};
  EXPECT_EQ(ways(kPeopleIkeDevice, observed), std::vector{test::net("10.8.0.2/32")});
  board.admissions.known = true;
  EXPECT_EQ(desired_ike(board).kept_prefix, "");
  EXPECT_TRUE(ways(kPeopleIkeDevice, observed).empty());
}

TEST_F(HubWithIke, TheirAddressesLeadThereAndTheRestOfThePoolsToWireGuard) {
  EXPECT_EQ(ways(kPeopleIkeDevice), (std::vector{test::net("10.8.0.2/32"), test::net("10.8.0.3/32"),
                                                 test::net("fd00:8::2/128")}));
  EXPECT_EQ(ways(kPeopleDevice), (std::vector{test::net("10.8.0.0/24"), test::net("fd00:8::/64")}));
}

TEST_F(HubWithIke, WithoutWireGuardThePoolsLeadThere) {
  board.model.people->wireguard_port.reset();
  EXPECT_EQ(ways(kPeopleIkeDevice),
            (std::vector{test::net("10.8.0.0/24"), test::net("fd00:8::/64")}));
  const auto kernel = desired_kernel(board, {});
  EXPECT_TRUE(std::ranges::any_of(kernel.addresses, [](const auto& entry) {
    return entry.device == kPeopleIkeDevice && entry.address == test::ip("10.8.0.1");
  }));
}

TEST_F(HubWithIke, TheFirewallAsksTheSameOfBothDevices) {
  const auto skeleton = desired_firewall(board).skeleton;
  for (
      const char* rule :
      {R"(iifname { "kd-people", "kd-people-ike" } ip saddr @people0_4 oifname != "kd-*" ip daddr @reached0_4 goto allowed)",
       R"(iifname { "kd-people", "kd-people-ike" } counter drop)",
       R"(oifname { "kd-people", "kd-people-ike" } counter drop)",
       R"(iifname { "kd-people", "kd-people-ike" } fib daddr type != unicast counter drop)"})
    EXPECT_NE(skeleton.find(rule), std::string::npos) << rule << skeleton;
  EXPECT_FALSE(std::string(kPeopleIkeDevice).starts_with("kd-ike")) << "no rule of sites fits";
}

TEST_F(HubWithIke, SwitchedOffThereIsNothingOfIt) {
  board.model.people->ikev2 = false;
  EXPECT_TRUE(connections().empty());
  EXPECT_TRUE(ways(kPeopleIkeDevice).empty());
  EXPECT_TRUE(desired_ike(board).credentials.revocations->empty());
  EXPECT_EQ(desired_firewall(board).skeleton.find("kd-people-ike"), std::string::npos);
  board.admissions.known = false;
  EXPECT_EQ(desired_ike(board).kept_prefix, "") << "what is left of before goes at once";
}

}  // namespace
}  // namespace kaido
