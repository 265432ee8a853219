#include "output/status.hpp"

#include <gtest/gtest.h>

#include "output/tunnels.hpp"
#include "reports.hpp"

namespace kaido::cli {
namespace {

std::string drawn(const Snapshot& snapshot) { return draw_status(snapshot, Style(false)); }

TEST(Status, IsShortWhenAllIsWell) {
  EXPECT_EQ(drawn(all_is_well()), R"(osaka  branch 7, kaidod 0.1.0, running for 3 d 4 h
Everything works: 3 of 3 tunnels up.

Uplinks
  isp1  up  eth1  192.168.1.5  gateway 192.168.1.1
  isp2  up  eth2  100.64.3.7   gateway 100.64.0.1

Networks
  corp     via tokyo/a:isp1/ikev2      2 of 2 tunnels up
  partner  via plain/a:isp1/wireguard  1 of 1 tunnel up
)");
}

TEST(Status, TellsWhatDoesNotWorkWhyAndWhatToDoBeforeAllElse) {
  auto snapshot = all_is_well();
  snapshot.uplinks[1] = {"isp2", 2, "eth2", "kv2", "no-address", {}, {}};
  snapshot.tunnels[1].state = "waiting";
  snapshot.tunnels[2].state = "back-off";
  snapshot.networks[0].tunnels_up = 1;
  snapshot.networks[1].tunnels_up = 0;
  snapshot.networks[1].tunnel = "";
  snapshot.status.conditions = {
      {Error{Condition::bus_absent, ""}, "bus", 5},
      {Error{Condition::uplink_no_address, ""}, "isp2", 310},
      {Error{Condition::tunnel_no_handshake, "198.51.100.4:51820"}, "plain/a:isp1/wireguard", 125},
  };
  EXPECT_EQ(drawn(snapshot), R"(osaka  branch 7, kaidod 0.1.0, running for 3 d 4 h
2 things do not work, 1 needs attention:
  The uplink has no address
    isp2  for 5 min
    → Check the DHCP client or the address of the device
  No WireGuard handshake completes
    plain/a:isp1/wireguard  for 2 min  198.51.100.4:51820
    → The hub is down, its UDP port is blocked, a key is wrong, or this clock went back (date)
  The D-Bus system bus is away
    bus  for 5 s
    → Start it: systemctl start dbus; traffic goes on meanwhile

Uplinks
  isp1  up          eth1  192.168.1.5  gateway 192.168.1.1
  isp2  no address  eth2

Networks
  corp     via tokyo/a:isp1/ikev2  1 of 2 tunnels up
  partner  not reachable           0 of 1 tunnel up

Tunnels
  plain  0 of 1 tunnel up
  tokyo  1 of 2 tunnels up
)");
  EXPECT_FALSE(snapshot.works());
}

TEST(Status, WorksWithWarningsAndSaysSo) {
  auto snapshot = all_is_well();
  snapshot.status.conditions = {{Error{Condition::torn_down, ""}, "gateway", 5}};
  EXPECT_TRUE(snapshot.works());
  EXPECT_NE(drawn(snapshot).find("It works, but 1 thing needs attention:"), std::string::npos);
}

TEST(Status, DoesNotSayThatEverythingWorksWhileATunnelIsMissing) {
  auto snapshot = all_is_well();
  snapshot.tunnels[1].state = "connecting";
  snapshot.status.tunnels_up = 2;
  EXPECT_NE(drawn(snapshot).find("\nNo trouble is known: 2 of 3 tunnels up.\n"), std::string::npos);
  snapshot.tunnels[1].state = "disabled";  // it is not missed
  EXPECT_NE(drawn(snapshot).find("\nEverything works: 2 of 3 tunnels up, 1 disabled.\n"),
            std::string::npos);
}

TEST(Status, TakesATroubleAsGraveAsTheDaemonSays) {
  auto snapshot = all_is_well();
  const Error bearable{Condition::tunnel_no_answer, "", Severity::warning};
  snapshot.status.conditions = {{bearable, "tunnel tokyo/b:isp2/ikev2", 90}};
  EXPECT_TRUE(snapshot.works());
  EXPECT_NE(drawn(snapshot).find("It works, but 1 thing needs attention:"), std::string::npos);
  snapshot.status.conditions.push_back(
      {Error{Condition::tunnel_no_answer, ""}, "tunnel plain/a:isp1/ikev2", 90});
  EXPECT_FALSE(snapshot.works());
  EXPECT_NE(drawn(snapshot).find("1 thing does not work, 1 needs attention:"), std::string::npos);
}

TEST(Status, OfAHubWithThousandsOfSitesFitsAScreen) {
  Snapshot hub;
  hub.status = {.name = "tokyo", .role = "hub", .number = 101, .version = "0.1.0"};
  for (int i = 0; i < 10'000; ++i) {
    const auto name = "site" + std::to_string(i);
    const bool up = i % 400 != 0;
    hub.tunnels.push_back(made_up_tunnel(name + ":1/wireguard", name, up ? "up" : "listening"));
    hub.networks.push_back({name, {}, {}, up ? name + ":1/wireguard" : "", up ? 1U : 0U, 1});
    if (!up)
      hub.status.conditions.push_back({Error{Condition::tunnel_no_handshake, ""}, name, 100});
  }
  const auto text = drawn(hub);
  EXPECT_LT(std::ranges::count(text, '\n'), 30);
  EXPECT_NE(text.find("25 things do not work:"), std::string::npos);
  EXPECT_NE(text.find("    … and 20 more\n"), std::string::npos);
  EXPECT_NE(text.find("  … and 13 more\n  … and 9975 more, all fine\n"), std::string::npos);
}

TEST(Tunnels, AreATableWithTheReasonOfThoseThatAreNotUp) {
  auto up = made_up_tunnel("tokyo/a:isp1/ikev2", "tokyo", "up");
  up.received = 123'456'789;
  up.sent = 4'567;
  up.used_for = {"corp", "東京支社"};
  auto down = made_up_tunnel("plain/a:isp1/wireguard", "plain", "back-off");
  down.since = 12;
  down.reason = Error{Condition::tunnel_no_handshake, "7 handshakes"};
  EXPECT_EQ(
      draw_tunnels({up, down}, Style(false)),
      R"(TUNNEL                  STATE           FOR  DEVICE  PEER                   IN     OUT  USED FOR / WHY NOT
tokyo/a:isp1/ikev2      up        1 h 6 min  kw1     203.0.113.1[4500]  123 MB  4.6 kB  corp, 東京支社
plain/a:isp1/wireguard  back-off       12 s  kw1     203.0.113.1[4500]                  No WireGuard handshake completes
)");
}

TEST(Tunnels, InFullSayWhyAndWhatToDoFirst) {
  auto tunnel = made_up_tunnel("plain/a:isp1/wireguard", "plain", "back-off");
  tunnel.endpoint = "a";
  tunnel.uplink = "isp1";
  tunnel.slot = 3;
  tunnel.transport = "wireguard";
  tunnel.failures = 7;
  tunnel.next_attempt = 23;
  tunnel.reason = Error{Condition::tunnel_no_handshake, "no answer to 7 handshakes"};
  EXPECT_EQ(draw_tunnel(tunnel, Style(false)), R"(plain/a:isp1/wireguard
  State            back-off, for 1 h 6 min
  Why              No WireGuard handshake completes
                   no answer to 7 handshakes
  What to do       The hub is down, its UDP port is blocked, a key is wrong, or this clock went back (date)
  Attempts         7 failures in a row, next attempt in 23 s
  Peer             plain, endpoint a
  Slot             3, uplink isp1, device kw1
  Outer addresses  ? to 203.0.113.1[4500]
  Traffic          0 B in, 0 B out
  Last handshake   never
)");
}

TEST(Tunnels, AreMeantByNameOrByABeginningThatEndsAtASeparator) {
  const auto tunnel = made_up_tunnel("tokyo/a:isp1/ikev2", "tokyo", "up");
  for (const auto* name : {"tokyo", "tokyo/a", "tokyo/a:isp1", "tokyo/a:isp1/ikev2"})
    EXPECT_TRUE(is_meant(tunnel, name)) << name;
  for (const auto* name : {"tok", "tokyo/", "isp1", "tokyo/a:isp1/ikev2x"})
    EXPECT_FALSE(is_meant(tunnel, name)) << name;
}

}  // namespace
}  // namespace kaido::cli
