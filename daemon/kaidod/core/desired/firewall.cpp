#include "core/desired/firewall.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

#include "core/addressing.hpp"
#include "core/desired/nft_text.hpp"
#include "core/role.hpp"
#include "core/tunnels/sources.hpp"

namespace kaido {
namespace {

using namespace nft;

constexpr std::uint8_t kGatewayPrefix = 64;  // <fleet /48>:<number>

/// Which sources may come out of which IPsec interface. (WireGuard checks by itself.)
void add_sources(FirewallTable& table, const Board& board) {
  Elements sources;
  for (const auto& tunnel : board.tunnels)
    if (tunnel.transport == Transport::ikev2)
      sources.add_all(sources_behind(board.model, tunnel), tunnel.device);
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
/// fleet comes by another way than a tunnel, unless a rule of the role's part returned it.
std::string own_chain(const std::string& fleet_elsewhere) {
  return "  chain own { type filter hook prerouting priority raw; policy accept;\n"
         "    iifname \"lo\" return\n" +
         for_both("%a saddr @own%4 counter drop") +
         "    iifname { \"kd-ike*\", \"kd-wg*\" } return\n" + fleet_elsewhere + "  }\n";
}

/// What a TCP segment may have, said to both ends, in both directions (RFC 4459 §3.2 (b)).
std::string clamp_chain(const std::map<std::uint32_t, std::string>& devices) {
  const std::string syn = " tcp flags & (syn | rst) == syn tcp option maxseg size set ";
  std::string text =
      "  chain clamp { type filter hook forward priority mangle; policy accept;\n"
      "    oifname { \"kd-ike*\", \"kd-people*\", \"kd-wg*\" }" +
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

}  // namespace

FirewallTable desired_firewall(const Board& board) {
  auto part = by_role(
      board.model, [&] { return site_firewall(board); }, [&] { return hub_firewall(board); });
  FirewallTable table;
  add_sources(table, board);
  add_own(table, board.model.gateway);
  table.sets.merge(part.sets);
  table.skeleton = source_chains() + own_chain(part.fleet_elsewhere) + part.chains +
                   forward_chain(board.model, part.forward) + clamp_chain(part.by_mtu) +
                   std::string(kPassedChain);
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
