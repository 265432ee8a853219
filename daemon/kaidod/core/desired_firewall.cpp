#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/addressing.hpp"
#include "core/desired.hpp"

namespace kaido {
namespace {

std::string nft_set(std::string_view name, std::string_view type, const std::string& elements) {
  std::string text =
      "  set " + std::string(name) + " { type ifname . " + std::string(type) + "; flags interval;";
  if (!elements.empty()) text += " elements = { " + elements + " }";
  return text + " }\n";
}

/// Which sources may come out of which IPsec interface. (WireGuard checks by itself.)
std::string spoofing_sets(const GatewayState& state) {
  const auto& model = state.model;
  std::string v4;
  std::string v6;
  for (const auto& tunnel : state.tunnels) {
    if (tunnel.transport != Transport::ikev2) continue;
    const auto device = tunnel_device(state, tunnel);
    const auto prefixes =
        model.is_hub()
            ? site_sources(model, model.sites.at(tunnel.owner), Transport::ikev2, tunnel.slot)
            : hub_sources(model, model.slots.at(tunnel.owner), Transport::ikev2);
    for (const auto& prefix : prefixes) {
      auto& text = prefix.family() == Family::v4 ? v4 : v6;
      if (!text.empty()) text += ", ";
      text += '"' + device + "\" . " + prefix.to_string();
    }
  }
  return nft_set("sources4", "ipv4_addr", v4) + nft_set("sources6", "ipv6_addr", v6);
}

std::string uplink_chains(const Model& model) {
  std::string output = "  chain output { type filter hook output priority raw; policy accept;\n";
  std::string input =
      "  chain uplinks { type filter hook prerouting priority raw; policy accept;\n";
  std::string nat =
      "  chain postrouting { type nat hook postrouting priority srcnat; policy accept;\n";
  for (const auto& uplink : model.uplinks) {
    const auto zone = std::to_string(vrf_table(uplink.number));
    const auto source = vrf_address(uplink.number).to_string();
    output += fmt::format("    ip saddr {} ct zone set {}\n", source, zone);
    input += fmt::format("    iifname {{ \"{}\", \"{}\" }} ct zone set {}\n", uplink.device,
                         vrf_device(uplink.number), zone);
    nat += fmt::format("    oifname \"{}\" ip saddr {} masquerade\n", uplink.device, source);
  }
  return output + "  }\n" + input + "  }\n" + nat + "  }\n";
}

/// What a TCP segment may have, said to both ends, in both directions (RFC 4459 §3.2 (b)).
std::string clamp_chain(const GatewayState& state) {
  std::map<std::uint32_t, std::string> devices;  // by MTU
  if (state.model.is_hub()) {
    devices.emplace(tunnel_mtu(Transport::ikev2, Family::v6, 1500), R"("kd-ike*", "kd-wg*")");
  } else {
    for (const auto& tunnel : state.tunnels) {
      auto& names = devices[passing_size(state, tunnel)];
      if (!names.empty()) names += ", ";
      names += '"' + tunnel_device(state, tunnel) + '"';
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

}  // namespace

std::string desired_firewall(const GatewayState& state) {
  std::string body = spoofing_sets(state);
  if (!state.model.is_hub()) body += uplink_chains(state.model);
  if (!state.model.is_hub()) body += dhcp_chains(state);
  body +=
      "  chain sources { type filter hook prerouting priority raw; policy accept;\n"
      "    iifname \"kd-ike*\" jump checked\n"
      "  }\n"
      "  chain checked {\n"
      "    iifname . ip saddr @sources4 return\n"
      "    iifname . ip6 saddr @sources6 return\n"
      "    counter drop\n"
      "  }\n";
  if (state.model.is_hub())
    // Probes and claims come through tunnels only; who answers cannot see the source's right to it.
    body +=
        "  chain probes { type filter hook prerouting priority raw; policy accept;\n"
        "    udp dport 862 iifname != { \"kd-ike*\", \"kd-wg*\", \"lo\" } drop\n"
        "  }\n";
  return body + clamp_chain(state);
}

}  // namespace kaido
