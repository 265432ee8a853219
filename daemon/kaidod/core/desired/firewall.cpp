#include "core/desired/firewall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "core/addressing.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/nft_text.hpp"
#include "core/tunnels/sizes.hpp"
#include "core/tunnels/sources.hpp"

namespace kaido {
namespace {

using namespace nft;

constexpr std::uint8_t kGatewayPrefix = 64;  // <fleet /48>:<number>

/// Which sources may come out of which IPsec interface. (WireGuard checks by itself.)
void add_sources(FirewallTable& table, const Board& state) {
  const auto& model = state.model;
  Elements sources;
  for (const auto& tunnel : state.tunnels) {
    if (tunnel.transport != Transport::ikev2) continue;
    const auto device = tunnel.device;
    const auto prefixes =
        model.is_hub()
            ? site_sources(model, model.sites.at(tunnel.site_index), Transport::ikev2, tunnel.slot)
            : hub_sources(model, model.slots.at(tunnel.slot_index), Transport::ikev2);
    sources.add_all(prefixes, device);
  }
  add_sets(table, "sources", std::move(sources), true);
}

/// What comes in by an IPsec interface has a source that belongs there.
std::string source_chains() {
  return "  chain sources { type filter hook prerouting priority raw; policy accept;\n"
         "    iifname \"kd-ike*\" jump checked\n"
         "  }\n"
         "  chain checked {\n"
         "    iifname . ip saddr @sources4 return\n"
         "    iifname . ip6 saddr @sources6 return\n"
         "    counter drop\n"
         "  }\n";
}

/// The gateway's own addresses, the inner ones of all its slots among them.
void add_own(FirewallTable& table, const Gateway& gateway) {
  Elements own;
  auto prefixes = own_prefixes(gateway.fleet, gateway.number, gateway.loopback);
  prefixes.emplace_back(own_address(gateway.fleet, gateway.number), kGatewayPrefix);
  own.add_all(std::move(prefixes));
  add_sets(table, "own", std::move(own));
}

/// Nobody else speaks as this gateway: what has one of its own addresses as source came from
/// itself, by `lo`. (Linux drops that for IPv4, and forwards it for IPv6.) And no source of the
/// fleet comes by another way than a tunnel: a hub takes it from the device by which its own route
/// leads there, since other hubs' sites are behind that.
std::string own_chain(const Board& state) {
  const auto fleet = state.model.gateway.fleet.to_string();
  auto text =
      "  chain own { type filter hook prerouting priority raw; policy accept;\n"
      "    iifname \"lo\" return\n" +
      for_both("%a saddr @own%4 counter drop") + "    iifname { \"kd-ike*\", \"kd-wg*\" } return\n";
  if (!state.model.is_hub())
    return text + fmt::format("    ip6 saddr {} counter drop\n  }}\n", fleet);
  if (!state.surroundings.outer.empty())
    text += fmt::format("    iifname {{ {} }} ip6 saddr {} counter drop\n",
                        names_of(state.surroundings.outer), fleet);
  return text + fmt::format("    ip6 saddr {} fib saddr . iif oif 0 counter drop\n  }}\n", fleet);
}

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

/// What a TCP segment may have, said to both ends, in both directions (RFC 4459 §3.2 (b)).
std::string clamp_chain(const Board& state) {
  std::map<std::uint32_t, std::string> devices;  // by MTU
  if (state.model.is_hub()) {
    devices.emplace(tunnel_mtu(Transport::ikev2, Family::v6, 1500), R"("kd-ike*", "kd-wg*")");
  } else {
    for (const auto& tunnel : state.tunnels) {
      auto& names = devices[passing_size(state, tunnel)];
      if (!names.empty()) names += ", ";
      names += '"' + tunnel.device + '"';
    }
  }
  const std::string syn = " tcp flags & (syn | rst) == syn tcp option maxseg size set ";
  std::string text =
      "  chain clamp { type filter hook forward priority mangle; policy accept;\n"
      "    oifname { \"kd-ike*\", \"kd-wg*\" }" +
      syn + "rt mtu\n";
  for (const auto& [mtu, names] : devices) {
    const auto coming = fmt::format(" iifname {{ {} }}{}", names, syn);
    text += "    meta nfproto ipv4" + coming + std::to_string(mtu - 40) + "\n";
    text += "    meta nfproto ipv6" + coming + std::to_string(mtu - 60) + "\n";
  }
  return text + "  }\n";
}

/// Counts of what Kaido lets be forwarded, and of what has passed all other tables as well: where
/// they part, somebody else drops it (core/forwarding.hpp).
constexpr std::string_view kCounters =
    "  counter allowed4 { }\n  counter allowed6 { }\n"
    "  counter passed4 { }\n  counter passed6 { }\n";
constexpr std::string_view kPassedChain =
    "  chain passed { type filter hook forward priority 10000; policy accept;\n"
    "    meta nfproto ipv4 counter name passed4\n"
    "    meta nfproto ipv6 counter name passed6\n"
    "  }\n";

/// Closed: what `rules` do not allow is dropped, by the last rule and not by the policy: the policy
/// of a new chain is in force a moment before its rules are, and would drop packets whenever the
/// table is replaced. Probes and claims end at the gateway that they are for.
std::string forward_chain(const Model& model, const std::string& rules) {
  std::string text =
      std::string(kCounters) +
      "  chain allowed {\n"
      "    meta nfproto ipv4 counter name allowed4\n"
      "    meta nfproto ipv6 counter name allowed6\n"
      "    accept\n"
      "  }\n"
      "  chain forward { type filter hook forward priority filter - 5; policy accept;\n"
      "    udp dport 862 counter drop\n" +
      rules;
  if (const auto& between = model.gateway.forward_between; !between.empty()) {
    const auto names = names_of(between);
    text += fmt::format("    iifname {{ {0} }} oifname {{ {0} }} goto allowed\n", names);
  }
  return text + "    counter drop\n  }\n";
}

/// A site forwards between its LAN and its tunnels. What is neither an uplink nor Kaido's own
/// device is LAN; so is the device below an uplink (a VLAN's, PPPoE's), and whoever is there has no
/// source of the LAN's: that comes by the device by which the LAN is reached.
std::string site_chains(const Model& model) {
  const auto lan = fmt::format("!= {{ \"kd-*\"{}{} }}", model.uplinks.empty() ? "" : ", ",
                               names_of(uplink_devices(model)));
  return forward_chain(
      model, fmt::format("    iifname {0} oifname {1} goto allowed\n"
                         "    iifname {1} oifname {0} fib saddr . iif oif 0 counter drop\n"
                         "    iifname {1} oifname {0} goto allowed\n",
                         kTunnels, lan));
}

}  // namespace

FirewallTable desired_firewall(const Board& state) {
  FirewallTable table;
  add_sources(table, state);
  add_own(table, state.model.gateway);
  auto& text = table.skeleton;
  text = source_chains() + own_chain(state);
  if (state.model.is_hub()) {
    auto hub = hub_firewall(state);
    table.sets.merge(hub.sets);
    text += hub.chains + forward_chain(state.model, hub.forward);
  } else {
    add_inside(table, state.model);
    text += uplink_chains(state.model) + leaving_chain(state.model) + dhcp_chains(state) +
            site_chains(state.model);
  }
  text += clamp_chain(state) + std::string(kPassedChain);
  return table;
}

FirewallTable closed_firewall() {
  return {.sets = {},
          .skeleton =
              "  chain forward { type filter hook forward priority filter - 5; "
              "policy accept;\n"
              "    counter drop\n"
              "  }\n"};
}

}  // namespace kaido
