// A branch with two uplinks and two hubs, and a hub with two sites: what the tests of core share.
#pragma once

#include <utility>

#include "core/desired/network_routes.hpp"
#include "core/tunnels/machine.hpp"

namespace kaido::test {

inline IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }
inline Prefix net(const char* text) { return Prefix::parse(text).value(); }
inline WireGuardKey key(std::uint8_t fill) {
  WireGuardKey bytes;
  bytes.fill(fill);
  return bytes;
}

inline Instant at(std::chrono::milliseconds since_start) { return Instant(since_start); }

/// Slots: 1 isp1->tokyo/a (IPv4), 2 isp2->tokyo/b (IPv6), 3 isp1->plain/a (WireGuard only).
inline Model branch() {
  Model model;
  model.gateway = {.name = "osaka",
                   .role = Role::branch,
                   .number = 7,
                   .fleet = net("fd4b:6169:646f::/48"),
                   .loopback = {ip("10.1.7.1")}};
  model.identity.domain = "osaka.example";
  model.uplinks = {{.name = "isp1", .number = 1, .device = "eth1", .gateways = {ip("192.168.1.1")}},
                   {.name = "isp2", .number = 2, .device = "eth2", .gateways = {ip("fe80::1")}}};
  model.hubs = {{.name = "tokyo",
                 .number = 101,
                 .identity = "tokyo.example",
                 .loopback = {ip("10.50.255.101")},
                 .transports = {Transport::ikev2, Transport::wireguard},
                 .wireguard_key = key(1),
                 .endpoints = {{"a", ip("203.0.113.1"), "A"}, {"b", ip("2001:db8:b::1"), "B"}}},
                {.name = "plain",
                 .number = 104,
                 .kaido = false,
                 .identity = "plain.example",
                 .transports = {Transport::wireguard},
                 .wireguard_key = key(2),
                 .endpoints = {{"a", ip("198.51.100.4"), ""}}}};
  model.slots = {{.number = 1, .uplink = 0, .hub = 0, .endpoint = 0},
                 {.number = 2, .uplink = 1, .hub = 0, .endpoint = 1},
                 {.number = 3,
                  .uplink = 0,
                  .hub = 1,
                  .endpoint = 0,
                  .wireguard_port = 51820,
                  .addresses = {net("10.99.1.2/32")}}};
  model.networks = {
      {.name = "corp", .prefixes = {net("10.50.0.0/16"), net("fd50::/32")}, .hubs = {0}},
      {.name = "partner", .prefixes = {net("10.60.0.0/24")}, .hubs = {1}}};
  return model;
}

inline Model hub() {
  Model model;
  model.gateway = {.name = "tokyo",
                   .role = Role::hub,
                   .number = 101,
                   .fleet = net("fd4b:6169:646f::/48"),
                   .loopback = {ip("10.50.255.101")}};
  model.identity.domain = "tokyo.example";
  model.sites = {{.name = "osaka",
                  .number = 7,
                  .domain = "osaka.example",
                  .prefixes = {net("10.1.7.0/24"), net("fd51:7::/64")},
                  .slots = {{1, key(11)}, {2, key(12)}}},
                 {.name = "nagoya",
                  .number = 8,
                  .domain = "nagoya.example",
                  .prefixes = {net("10.1.8.0/24")},
                  .slots = {{1, key(13)}}}};
  return model;
}

/// What the files of such a model hold: a WireGuard key for each slot of a site, one for a hub.
inline Identities identities_of(const Model& model) {
  Identities identities;
  if (model.is_hub()) {
    identities.hub_key = WireGuardPrivateKey(key(0x50));
    return identities;
  }
  identities.private_key_pem = Secret("osaka.key");
  for (const auto& slot : model.slots)
    identities.slot_keys.insert_or_assign(slot.number, WireGuardPrivateKey(key(0x40)));
  return identities;
}

/// Both uplinks with all they need.
inline std::vector<ObservedUplink> good_uplinks() {
  return {{.device = "eth1",
           .present = true,
           .running = true,
           .addresses = {ip("192.168.1.5")},
           .gateways = {ip("192.168.1.1")}},
          {.device = "eth2",
           .present = true,
           .running = true,
           .addresses = {ip("2001:db8:2::5")},
           .gateways = {ip("fe80::1")},
           .ipv6_source = ip("2001:db8:2::5")}};
}

/// A gateway, driven event by event.
class Driver {
 public:
  Board board;
  Actions last;

  void feed(const Event& event, std::chrono::milliseconds when = {}) {
    last = step(board.tunnels, board, event, at(when));
  }
  void configure(Model model, std::set<std::string> disabled = {},
                 std::chrono::milliseconds when = {}) {
    const auto names = names_of(board.tunnels);
    board.identities = identities_of(model);
    board.model = std::move(model);
    board.uplinks = in_order(board.model, board.uplinks);
    feed(Configured{std::move(disabled)}, when);
    board.routes.by_name = renumbered(board.routes.by_name, names, board.tunnels);
    board.routes.sizes.assign(board.tunnels.size(), {});
  }
  void observe(std::vector<ObservedUplink> uplinks, std::chrono::milliseconds when = {}) {
    last.clear();
    if (std::exchange(board.uplinks, std::move(uplinks)) != board.uplinks)
      feed(UplinksChanged{}, when);
  }
  void start(const Model& model) {
    configure(model);
    if (!board.model.is_hub()) observe(good_uplinks());
    feed(IkeListed{});
  }
  [[nodiscard]] Tunnel& tunnel(std::string_view name) {
    return board.tunnels.list.at(match_tunnels(board.tunnels, name).at(0));
  }
  [[nodiscard]] std::string state_of(std::string_view name) {
    return to_string(tunnel(name).state);
  }
  template <typename A>
  [[nodiscard]] std::vector<A> actions() const {
    std::vector<A> result;
    for (const auto& action : last)
      if (const auto* found = std::get_if<A>(&action)) result.push_back(*found);
    return result;
  }
  /// The handshake of every peer on a device, `age` seconds ago; -1: never.
  void handshake(const std::string& device, const WireGuardKey& peer, std::int64_t age,
                 std::chrono::milliseconds when = {}) {
    constexpr std::int64_t kNow = 1'800'000'000;
    ObservedWireGuardDevice observed{.name = device};
    observed.peers.push_back(
        {.peer = {.public_key = peer}, .last_handshake = age < 0 ? 0 : kNow - age});
    feed(WireGuardObserved{&observed, kNow}, when);
  }
};

}  // namespace kaido::test
