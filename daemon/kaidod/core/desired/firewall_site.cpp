// A site's part of the firewall: what passes between its LAN and its tunnels, and what its uplinks
// take.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "core/addressing.hpp"
#include "core/desired/firewall.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/nft_text.hpp"
#include "core/tunnels/sizes.hpp"

namespace kaido {
namespace {

using namespace nft;

/// What lies inside, and where the hubs are outside.
void add_inside(FirewallTable& table, const Model& model) {
  std::vector<Prefix> inner{model.gateway.fleet};
  std::vector<Prefix> outer;
  for (const auto& hub : model.hubs) {
    for (const auto& address : hub.loopback) inner.emplace_back(address);
    for (const auto& endpoint : hub.endpoints) outer.emplace_back(endpoint.address);
  }
  for (const auto& network : model.networks)
    std::ranges::copy_if(network.prefixes, std::back_inserter(inner),
                         [](const Prefix& prefix) { return prefix.length() != 0; });
  Elements inside;
  Elements endpoints;
  inside.add_all(std::move(inner));
  endpoints.add_all(std::move(outer));
  add_sets(table, "inside", std::move(inside));
  add_sets(table, "endpoints", std::move(endpoints));
}

/// What the gateway itself sends by an uplink has a source of that uplink's (or none yet, or
/// charon's before it is translated), and never goes to the inside, also while a route is missing
/// for a moment: what no network takes may go there (desired_rules.cpp).
std::string leaving_chain(const Model& model) {
  std::vector<std::string> devices;
  devices.reserve(model.uplinks.size());
  for (const auto& uplink : model.uplinks) devices.push_back(uplink.device);
  if (devices.empty()) return {};
  return "  chain leaving { type filter hook output priority filter - 5; policy accept;\n" +
         fmt::format("    oifname != {{ {} }} return\n", names_of(devices)) +
         "    udp sport 68 udp dport 67 return\n" +
         fmt::format(
             "    ip saddr != {{ 0.0.0.0, {} }} fib saddr . oif type != local counter drop\n",
             Prefix(vrf_address(0), 24).to_string()) +
         "    ip6 saddr != :: fib saddr . oif type != local counter drop\n" +
         for_both("%a daddr @endpoints%4 return") + for_both("%a daddr @inside%4 counter drop") +
         "  }\n";
}

/// A connection by an uplink is one connection: both directions in the uplink's zone, whoever
/// begins it and whichever of the machine's addresses it has (two uplinks may have the same).
std::string uplink_chains(const Model& model) {
  // Probes are kaidod's: another user of the machine could claim in its name.
  std::string output = "  chain output { type filter hook output priority raw; policy accept;\n" +
                       fmt::format("    ip6 daddr {} udp dport 862 meta skuid != 0 counter drop\n",
                                   model.gateway.fleet.to_string());
  std::string input =
      "  chain uplinks { type filter hook prerouting priority raw; policy accept;\n";
  std::string nat =
      "  chain postrouting { type nat hook postrouting priority srcnat; policy accept;\n";
  for (const auto& uplink : model.uplinks) {
    const auto zone = std::to_string(vrf_table(uplink.number));
    const auto devices = names_of({uplink.device, vrf_device(uplink.number)});
    output += fmt::format("    oifname {{ {} }} ct zone set {}\n", devices, zone);
    input += fmt::format("    iifname {{ {} }} ct zone set {}\n", devices, zone);
    nat += fmt::format("    oifname \"{}\" ip saddr {} masquerade\n", uplink.device,
                       vrf_address(uplink.number).to_string());
  }
  return output + "  }\n" + input + "  }\n" + nat + "  }\n";
}

/// A site forwards between its LAN and its tunnels. What is neither an uplink nor Kaido's own
/// device is LAN; so is the device below an uplink (a VLAN's, PPPoE's), and whoever is there has no
/// source of the LAN's: that comes by the device by which the LAN is reached.
std::string forwarded(const Model& model) {
  const auto lan = fmt::format("!= {{ \"kd-*\"{}{} }}", model.uplinks.empty() ? "" : ", ",
                               names_of(uplink_devices(model)));
  return fmt::format(
      "    iifname {0} oifname {1} goto allowed\n"
      "    iifname {1} oifname {0} fib saddr . iif oif 0 counter drop\n"
      "    iifname {1} oifname {0} goto allowed\n",
      kTunnels, lan);
}

/// The devices of the tunnels by what passes through them.
std::map<std::uint32_t, std::string> devices_by_mtu(const Board& board) {
  std::map<std::uint32_t, std::string> devices;
  for (const auto& tunnel : board.tunnels) {
    auto& names = devices[passing_size(board, tunnel)];
    if (!names.empty()) names += ", ";
    names += '"' + tunnel.device + '"';
  }
  return devices;
}

}  // namespace

FirewallPart site_firewall(const Board& board) {
  const auto& model = board.model;
  FirewallTable table;
  add_inside(table, model);
  return {.sets = std::move(table.sets),
          .chains = uplink_chains(model) + leaving_chain(model) + dhcp_chains(board),
          .fleet_elsewhere =
              fmt::format("    ip6 saddr {} counter drop\n", model.gateway.fleet.to_string()),
          .forward = forwarded(model),
          .by_mtu = devices_by_mtu(board)};
}

}  // namespace kaido
