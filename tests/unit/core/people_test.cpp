// What a hub holds for people: their device, peers, ways and who of them reaches what.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/firewall.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/wireguard.hpp"
#include "core/session/admissions.hpp"
#include "unit/core/sample.hpp"

namespace kaido {
namespace {

using session::Admission;
using session::Admissions;
using session::Device;
using session::Session;
using session::User;

constexpr session::WallTime kNow = 1'800'000'000;

User user(const char* name, std::vector<std::string> groups) {
  User one;
  one.name = name;
  one.groups = std::move(groups);
  return one;
}
Device device(const char* of, std::uint8_t fill, const char* address) {
  Device one;
  one.user = of;
  one.name = "laptop";
  one.wireguard_key = test::key(fill);
  one.addresses = {test::ip(address)};
  return one;
}
Session session_of(const char* name, session::WallTime ends) {
  return {.id = std::string("id of ") + name,
          .user = name,
          .device = "laptop",
          .source = "",
          .started = kNow - 60,
          .ends = ends};
}

struct People {
  std::vector<Session> sessions{session_of("alice", kNow + 600), session_of("bob", kNow + 60)};
  std::vector<Device> devices{device("alice", 21, "10.8.0.2"), device("bob", 22, "10.8.0.3")};
  std::vector<User> users{user("alice", {"admins", "staff"}), user("bob", {"staff"})};
  [[nodiscard]] Admissions at(session::WallTime now) const {
    return session::admissions(
        {.sessions = sessions, .devices = devices, .users = users, .preshared_keys = {}}, now);
  }
};

TEST(Admissions, ALivingSessionAdmitsItsDevice) {
  const auto all = People().at(kNow);
  EXPECT_TRUE(all.known);
  ASSERT_EQ(all.peers.size(), 2U);
  EXPECT_EQ(all.peers.at(test::key(21)), (Admission{.session = "id of alice",
                                                    .ends = kNow + 600,
                                                    .addresses = {test::ip("10.8.0.2")}}));
  EXPECT_EQ(session::next_end(all), kNow + 60);
}

TEST(Admissions, OneThatIsOverAdmitsNobody) {
  People people;
  EXPECT_EQ(people.at(kNow + 60).peers.size(), 1U);
  EXPECT_TRUE(people.at(kNow + 600).peers.empty());
  EXPECT_EQ(session::next_end(people.at(kNow + 600)), std::nullopt);
  people.sessions[0].ended = kNow - 1;
  EXPECT_FALSE(people.at(kNow).peers.contains(test::key(21)));
}

TEST(Admissions, WhoeverWasDisabledOrRemovedIsNotAdmittedWhateverTheSessionSays) {
  People people;
  people.users[0].enabled = false;
  people.devices[1].enabled = false;
  EXPECT_TRUE(people.at(kNow).peers.empty());
  EXPECT_TRUE(people.at(kNow).members.empty());
  people = {};
  people.users.erase(people.users.begin());
  people.devices.erase(people.devices.begin() + 1);
  EXPECT_TRUE(people.at(kNow).peers.empty());
}

TEST(Admissions, ADeviceWithoutAKeyHasNoPeer) {
  People people;
  people.devices[0].wireguard_key.reset();
  EXPECT_EQ(people.at(kNow).peers.size(), 1U);
}

TEST(Admissions, MembersAreByGroupWhetherAdmittedOrNot) {
  People people;
  people.sessions.clear();
  const auto members = people.at(kNow).members;
  EXPECT_EQ(members.at("staff"), (std::vector{test::net("10.8.0.2/32"), test::net("10.8.0.3/32")}));
  EXPECT_EQ(members.at("admins"), std::vector{test::net("10.8.0.2/32")});
}

class HubWithPeople : public testing::Test {
 protected:
  HubWithPeople() {
    board.model = test::hub();
    board.identities.hub_key = WireGuardPrivateKey(test::key(9));
    board.model.networks = {{.name = "corp", .prefixes = {test::net("10.50.0.0/16")}},
                            {.name = "lab", .prefixes = {test::net("10.70.0.0/24")}}};
    session::Settings people;
    people.addresses = {test::net("10.8.0.0/24"), test::net("fd00:8::/64")};
    people.wireguard_port = 51790;
    people.groups = {{.name = "staff", .networks = {"corp"}, .hours = std::nullopt},
                     {.name = "admins", .networks = {"lab"}, .hours = std::nullopt}};
    board.model.people = people;
    board.admissions = People().at(kNow);
  }
  [[nodiscard]] const WireGuardDevice* people_device() {
    devices = desired_wireguard(board);
    const auto found = std::ranges::find(devices, kPeopleDevice, &WireGuardDevice::name);
    return found == devices.end() ? nullptr : &*found;
  }
  Board board;
  std::vector<WireGuardDevice> devices;
};

TEST_F(HubWithPeople, EachAdmittedDeviceIsAPeerWithItsAddressesOnly) {
  const auto* device = people_device();
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->listen_port, 51790);
  ASSERT_EQ(device->peers.size(), 2U);
  EXPECT_EQ(device->peers[0].public_key, test::key(21));
  EXPECT_EQ(device->peers[0].allowed_ips, std::vector{test::net("10.8.0.2/32")});
}

TEST_F(HubWithPeople, UntilTheStoreIsReadThePeersOfBeforeStay) {
  board.admissions.known = false;
  EXPECT_EQ(people_device(), nullptr);
  const auto kernel = desired_kernel(board, {});
  EXPECT_TRUE(std::ranges::any_of(kernel.links,
                                  [](const auto& link) { return link.name == kPeopleDevice; }));
}

TEST_F(HubWithPeople, WithoutAPortTheyHaveNoDevice) {
  board.model.people->wireguard_port.reset();
  EXPECT_EQ(people_device(), nullptr);
  const auto kernel = desired_kernel(board, {});
  EXPECT_FALSE(std::ranges::any_of(kernel.links,
                                   [](const auto& link) { return link.name == kPeopleDevice; }));
}

TEST_F(HubWithPeople, ThePoolsLeadThereAndAreKnownToBird) {
  const auto kernel = desired_kernel(board, {});
  for (const auto table : {kMainTable, kSitesTable})
    EXPECT_EQ(std::ranges::count_if(kernel.routes,
                                    [&](const Route& route) {
                                      return route.device == kPeopleDevice && route.table == table;
                                    }),
              2)
        << table;
}

TEST_F(HubWithPeople, TheHubHasTheFirstAddressOfAPool) {
  EXPECT_EQ(pool_address(test::net("10.8.0.0/24")), test::ip("10.8.0.1"));
  EXPECT_EQ(pool_address(test::net("fd00:8::/64")), test::ip("fd00:8::1"));
}

TEST_F(HubWithPeople, AGroupReachesItsNetworks) {
  const auto table = desired_firewall(board);
  EXPECT_EQ(table.sets.at("people0_4").elements,
            (std::vector<FirewallElement>{{.device = "", .prefix = test::net("10.8.0.2/32")},
                                          {.device = "", .prefix = test::net("10.8.0.3/32")}}));
  EXPECT_EQ(table.sets.at("people1_4").elements.size(), 1U);
  EXPECT_EQ(table.sets.at("reached1_4").elements,
            (std::vector<FirewallElement>{{.device = "", .prefix = test::net("10.70.0.0/24")}}));
  EXPECT_NE(table.skeleton.find("iifname \"kd-people\" ip saddr @people0_4 oifname != \"kd-*\" "
                                "ip daddr @reached0_4 goto allowed"),
            std::string::npos)
      << table.skeleton;
}

TEST_F(HubWithPeople, NothingElseGoesByTheirDevice) {
  const auto skeleton = desired_firewall(board).skeleton;
  const auto closed = skeleton.find("iifname \"kd-people\" counter drop");
  ASSERT_NE(closed, std::string::npos);
  EXPECT_NE(skeleton.find("oifname \"kd-people\" counter drop"), std::string::npos);
  // No rule of sites fits its name: a table of before people were configured lets nothing pass.
  EXPECT_FALSE(std::string(kPeopleDevice).starts_with("kd-wg"));
}

TEST_F(HubWithPeople, TheInternetIsNoPrivateNetwork) {
  board.model.networks.push_back({.name = "internet", .prefixes = {test::net("0.0.0.0/0")}});
  board.model.people->groups[1].networks = {"internet"};
  board.surroundings.outer = {"eth0"};
  const auto table = desired_firewall(board);
  EXPECT_TRUE(table.sets.at("reached1_4").elements.empty());
  EXPECT_NE(
      table.skeleton.find("ip saddr @people1_4 oifname { \"eth0\" } ip daddr != { 10.0.0.0/8"),
      std::string::npos)
      << table.skeleton;
}

TEST_F(HubWithPeople, TheMembersAreReadBackFromAFirewallThatWasKept) {
  const auto kept = from_nft(to_nft(desired_firewall(board)));
  EXPECT_EQ(session::members_of(*board.model.people, kept), board.admissions.members);
}

TEST_F(HubWithPeople, WithoutPeopleTheFirewallIsWhatItWas) {
  const auto text = to_nft(desired_firewall(board));
  board.model.people.reset();
  board.admissions = {};
  const auto without = to_nft(desired_firewall(board));
  EXPECT_NE(text, without);
  EXPECT_EQ(without.find("people0_"), std::string::npos);
  EXPECT_EQ(without.find("iifname \"kd-people\""), std::string::npos);
}

}  // namespace
}  // namespace kaido
