// A hub's part of the firewall: what passes between tunnels and networks.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>

#include "core/addressing.hpp"
#include "core/desired/firewall.hpp"
#include "core/desired/nft_text.hpp"
#include "core/desired/people.hpp"
#include "core/tunnels/sizes.hpp"

namespace kaido {
namespace {

using namespace nft;

/// Nobody's internet are link-local addresses and those by which clouds offer metadata, and private
/// networks beside us: who wants one names it as a network.
constexpr std::string_view kNobodys4 =
    "ip daddr != { 10.0.0.0/8, 100.64.0.0/10, 168.63.129.16, 169.254.0.0/16, 172.16.0.0/12, "
    "192.168.0.0/16 }";
constexpr std::string_view kNobodys6 = "ip6 daddr != { fc00::/7, fe80::/10 }";

/// 0.0.0.0/0 and ::/0 mean the internet: what no other network is, by the outer devices.
bool is_internet(const Prefix& prefix) { return prefix.length() == 0; }

class HubChains {
 public:
  explicit HubChains(const Board& state)
      : model_(state.model), surroundings_(state.surroundings), members_(state.admissions.members) {
    for (const auto& network : model_.networks) add(network);
    for (const auto& site : model_.sites)
      for (const auto& group : site.groups) {
        auto& all = groups_[group];
        all.insert(all.end(), site.prefixes.begin(), site.prefixes.end());
        const auto own = own_prefixes(model_.gateway.fleet, site.number, site.loopback);
        all.insert(all.end(), own.begin(), own.end());
      }
  }

  [[nodiscard]] std::map<std::string, FirewallSet> sets() const {
    Elements inner;
    for (const auto& address : surroundings_.inner_addresses) inner.add(Prefix(address));
    FirewallTable table;
    add_sets(table, "offered", offered_);
    add_sets(table, "faced", faced_);
    add_sets(table, "faces", faces_, true);
    add_sets(table, "inner", std::move(inner));
    add_groups(table);
    add_people(table);
    return std::move(table.sets);
  }

  /// The chain for what comes in.
  [[nodiscard]] std::string arriving() const {
    std::string text =
        "  chain arriving { type filter hook prerouting priority raw; policy accept;\n";
    // Another user of the machine can speak as a site, and name a tunnel's device as the scope.
    text += fmt::format("    iifname \"lo\" ip6 saddr {} udp dport 862 counter drop\n",
                        model_.gateway.fleet.to_string());
    text += from_people();
    // Of the hub's addresses a site reaches those by which it speaks with its sites and those in
    // networks that it offers: not its address in the management network.
    text += for_both(fmt::format("iifname {} %a daddr @inner%4 %a daddr != @own%4 "
                                 "%a daddr != @offered%4 %a daddr != @faced%4 counter drop",
                                 kTunnels)) +
            "    iifname { \"kd-ike*\", \"kd-wg*\", \"lo\" } return\n";
    // Probes and claims come through tunnels only; who answers cannot see the source's right to it.
    text += "    udp dport 862 counter drop\n";
    if (!surroundings_.outer.empty()) text += from_outside();
    // Who speaks as a network is where the network is.
    text += for_both("iifname . %a saddr @faces%4 return") +
            for_both("%a saddr @faced%4 counter drop") +
            for_both("%a saddr @offered%4 fib saddr . iif oif 0 counter drop");
    if (!groups_.empty())
      text += for_both("%a saddr @grouped%4 fib saddr . iif oif 0 counter drop");
    return text + "  }\n";
  }

  /// Other hubs' sites are behind the device by which this hub's own route leads there.
  [[nodiscard]] std::string fleet_elsewhere() const {
    const auto fleet = model_.gateway.fleet.to_string();
    std::string text;
    if (!surroundings_.outer.empty())
      text = fmt::format("    iifname {{ {} }} ip6 saddr {} counter drop\n",
                         names_of(surroundings_.outer), fleet);
    return text + fmt::format("    ip6 saddr {} fib saddr . iif oif 0 counter drop\n", fleet);
  }

  [[nodiscard]] std::string forwarded() const {
    std::string text = people();
    for (std::size_t i = 0; i < groups_.size(); ++i)
      text += for_both(fmt::format("%a saddr @group{0}_%4 %a daddr @group{0}_%4 goto allowed", i));
    const auto both_ways = [&](std::string_view set, std::string_view place) {
      text += for_both(
          fmt::format("iifname {} oifname {}%a daddr @{}%4 goto allowed", kTunnels, place, set));
      text += for_both(
          fmt::format("oifname {} iifname {}%a saddr @{}%4 goto allowed", kTunnels, place, set));
    };
    both_ways("offered", "!= \"kd-*\" ");
    both_ways("faces", ". ");
    text += internet();
    // A site has just moved to another hub, and core does not know yet: back to where it came from.
    if (!surroundings_.inner.empty()) text += hairpin();
    return text;
  }

 private:
  /// A person's device reaches nothing of the hub itself, but a ping of its address among them.
  /// (Protocols by number: a small machine has no /etc/protocols.)
  [[nodiscard]] std::string from_people() const {
    if (!model_.people) return "";
    const auto device = people_devices_text();
    std::string text;
    for (const auto& pool : model_.people->addresses) {
      const bool v4 = pool.family() == Family::v4;
      text += fmt::format("    iifname {} {} daddr {} meta l4proto {} return\n", device,
                          v4 ? "ip" : "ip6", pool_address(pool).to_string(), v4 ? 1 : 58);
    }
    return text + fmt::format("    iifname {} fib daddr type != unicast counter drop\n", device);
  }

  /// A member of a group reaches its networks and gets replies, and nobody else's; nothing else
  /// goes by that device.
  [[nodiscard]] std::string people() const {
    if (!model_.people) return "";
    const auto device = people_devices_text();
    auto text = for_both(fmt::format(
        "iifname {} %a daddr @faced%4 oifname . %a daddr != @faces%4 counter drop", device));
    const auto& groups = model_.people->groups;
    for (std::size_t i = 0; i < groups.size(); ++i)
      text +=
          for_both(fmt::format("iifname {} %a saddr @{}%4 oifname != \"kd-*\" %a daddr "
                               "@reached{}_%4 goto allowed",
                               device, session::people_set(i), i));
    // The internet is what no network is.
    for (const char* set : {"offered", "faced"})
      text += for_both(fmt::format("iifname {} %a daddr @{}%4 counter drop", device, set));
    for (std::size_t i = 0; i < groups.size(); ++i)
      if (reaches_internet(groups[i])) text += to_internet(session::people_set(i));
    return text + fmt::format(
                      "    oifname {0} iifname != \"kd-*\" ct state {{ established, related }} "
                      "goto allowed\n"
                      "    iifname {0} counter drop\n    oifname {0} counter drop\n",
                      device);
  }

  /// Neither device carries what has an address of the other: WireGuard's allowed addresses and
  /// IKE's selectors do not let it out of the tunnel.
  [[nodiscard]] std::string people_devices_text() const {
    if (!ikev2_for_people(model_)) return quoted(kPeopleDevice);
    return fmt::format("{{ {} }}", names_of(people_devices(model_)));
  }

  [[nodiscard]] bool reaches_internet(const session::Group& group) const {
    return std::ranges::any_of(model_.networks, [&](const Network& network) {
      return std::ranges::find(group.networks, network.name) != group.networks.end() &&
             std::ranges::any_of(network.prefixes, is_internet);
    });
  }

  [[nodiscard]] std::string to_internet(const std::string& members) const {
    std::string text;
    const auto add = [&](std::string_view family, char number, std::string_view not_to,
                         const std::vector<std::string>& devices) {
      if (devices.empty()) return;
      text +=
          fmt::format("    iifname {} {} saddr @{}{} oifname {{ {} }} {} goto allowed\n",
                      people_devices_text(), family, members, number, names_of(devices), not_to);
    };
    add("ip", '4', kNobodys4, internet4_);
    add("ip6", '6', kNobodys6, internet6_);
    return text;
  }

  /// For each group whom it has, and what those reach.
  void add_people(FirewallTable& table) const {
    if (!model_.people) return;
    for (std::size_t i = 0; i < model_.people->groups.size(); ++i) {
      const auto& group = model_.people->groups[i];
      Elements members;
      if (const auto found = members_.find(group.name); found != members_.end())
        members.add_all(found->second);
      Elements reached;
      std::vector<Prefix> prefixes;
      for (const auto& network : model_.networks)
        if (std::ranges::find(group.networks, network.name) != group.networks.end())
          std::ranges::remove_copy_if(network.prefixes, std::back_inserter(prefixes), is_internet);
      reached.add_all(std::move(prefixes));
      add_sets(table, session::people_set(i), std::move(members));
      add_sets(table, fmt::format("reached{}_", i), std::move(reached));
    }
  }

  void add(const Network& network) {
    for (const auto& prefix : network.prefixes) {
      if (is_internet(prefix)) {
        auto& devices = prefix.family() == Family::v4 ? internet4_ : internet6_;
        devices = network.devices.empty() ? surroundings_.outer : network.devices;
      } else if (network.devices.empty()) {
        offered_.add(prefix);
      } else {
        faced_.add(prefix);
        for (const auto& device : network.devices) faces_.add(prefix, device);
      }
    }
  }

  void add_groups(FirewallTable& table) const {
    if (groups_.empty()) return;
    std::vector<Prefix> all;
    std::size_t i = 0;
    for (const auto& [name, prefixes] : groups_) {
      Elements elements;
      elements.add_all(prefixes);
      add_sets(table, fmt::format("group{}_", i++), std::move(elements));
      all.insert(all.end(), prefixes.begin(), prefixes.end());
    }
    Elements grouped;
    grouped.add_all(std::move(all));
    add_sets(table, "grouped", std::move(grouped));
  }

  /// What the outside may reach are the hub's outer addresses (Linux answers for all of a machine's
  /// addresses on each of its devices).
  [[nodiscard]] std::string from_outside() const {
    const auto outer = names_of(surroundings_.outer);
    return for_both(fmt::format("iifname {{ {} }} %a daddr @inner%4 counter drop", outer)) +
           fmt::format("    iifname {{ {} }} ip6 daddr {} counter drop\n", outer,
                       model_.gateway.fleet.to_string());
  }

  /// New connections go out only.
  [[nodiscard]] std::string internet() const {
    std::string text;
    const auto add = [&](std::string_view family, std::string_view not_to,
                         const std::vector<std::string>& devices) {
      if (devices.empty()) return;
      const auto names = names_of(devices);
      text +=
          fmt::format("    iifname {} oifname {{ {} }} {} goto allowed\n", kTunnels, names, not_to);
      text += fmt::format(
          "    iifname {{ {} }} oifname {} meta nfproto {} ct state {{ established, related }} "
          "goto allowed\n",
          names, kTunnels, family);
    };
    add("ipv4", kNobodys4, internet4_);
    add("ipv6", kNobodys6, internet6_);
    return text;
  }

  [[nodiscard]] std::string hairpin() const {
    std::string pairs;
    for (const auto& device : surroundings_.inner)
      pairs += fmt::format("{}{} . {}", pairs.empty() ? "" : ", ", quoted(device), quoted(device));
    return fmt::format("    iifname . oifname {{ {} }} goto allowed\n", pairs);
  }

  const Model& model_;
  const Surroundings& surroundings_;
  const std::map<std::string, std::vector<Prefix>>& members_;  ///< of people's groups
  Elements offered_;                                           ///< networks that name no device
  Elements faced_;                                             ///< those that do
  Elements faces_;                                             ///< the same by device
  std::vector<std::string> internet4_;
  std::vector<std::string> internet6_;
  std::map<std::string, std::vector<Prefix>> groups_;
};

}  // namespace

FirewallPart hub_firewall(const Board& board) {
  const HubChains chains(board);
  return {.sets = chains.sets(),
          .chains = chains.arriving(),
          .fleet_elsewhere = chains.fleet_elsewhere(),
          .forward = chains.forwarded(),
          .by_mtu = {{tunnel_mtu(Transport::ikev2, Family::v6, 1500),
                      R"("kd-ike*", "kd-people*", "kd-wg*")"}}};
}

}  // namespace kaido
