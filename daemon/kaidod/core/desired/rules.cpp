// A site's policy rules: which of the machine's packets look into an uplink's table.
#include <algorithm>
#include <array>

#include "core/addressing.hpp"
#include "core/desired/kernel.hpp"

namespace kaido::desired {
namespace {

constexpr std::array kFamilies{Family::v4, Family::v6};
constexpr char kItself[] = "lo";  // what the machine sends itself; nothing forwarded matches

/// How well the gateway's own packets would leave by an uplink.
enum class Fitness : std::uint8_t { none, usable, has_tunnel, carries_networks };

class Rules {
 public:
  Rules(const Board& board, const KernelState& observed)
      : board_(board), model_(board.model), observed_(observed), routes_(network_routes(board)) {}

  std::vector<Rule> take() && {
    for (const auto family : kFamilies) {
      rules_.push_back({.family = family, .priority = kL3mdevPriority, .l3mdev = true});
      for (const auto& uplink : model_.uplinks)
        rules_.push_back({.family = family,
                          .priority = fwmark_priority(uplink.number),
                          .table = vrf_table(uplink.number),
                          .fwmark = fwmark(uplink.number),
                          .fwmask = kFwmarkMask});
      rules_.push_back({.family = family, .priority = kLocalPriority, .table = kLocalTable});
    }
    dhcp();
    sources();
    if (model_.gateway.own_traffic == OwnTraffic::uplink)
      for (const auto family : kFamilies) own_traffic(family);
    return std::move(rules_);
  }

 private:
  [[nodiscard]] bool in_use(std::size_t uplink) const {
    const auto& seen = board_.uplinks.at(uplink);
    return seen.present && seen.master.empty();
  }

  /// A DHCP client's renewal comes from a socket that is bound to no device. Its first look-up has
  /// to find some way; which uplink it is for says the packet (see dhcp_chains).
  void dhcp() {
    constexpr std::uint8_t kUdp = 17;
    for (std::size_t i = 0; i < model_.uplinks.size(); ++i) {
      const auto& seen = board_.uplinks.at(i);
      if (!in_use(i) || seen.mac.empty() ||
          std::ranges::find(seen.addresses, Family::v4, &IpAddress::family) == seen.addresses.end())
        continue;
      rules_.push_back({.priority = kDhcpPriority,
                        .table = vrf_table(model_.uplinks[i].number),
                        .fwmask = kFwmarkMask,
                        .iif = kItself,
                        .ip_protocol = kUdp,
                        .source_port = kDhcpClientPort,
                        .destination_port = kDhcpServerPort});
      return;
    }
  }

  /// A socket that has an uplink's address already, say of a session that is older than the VRF,
  /// goes on by that uplink. Of uplinks with the same address the first one has it.
  void sources() {
    for (std::size_t i = 0; i < model_.uplinks.size(); ++i) {
      if (!in_use(i)) continue;
      for (const auto& entry : observed_.addresses) {
        if (entry.device != model_.uplinks[i].device || entry.address.is_link_local()) continue;
        const Prefix from(entry.address);
        const auto same = [&](const Rule& rule) { return rule.from == from; };
        if (std::ranges::any_of(rules_, same)) continue;
        rules_.push_back({.family = entry.address.family(),
                          .priority = source_priority(model_.uplinks[i].number),
                          .table = vrf_table(model_.uplinks[i].number),
                          .iif = kItself,
                          .from = from});
      }
    }
  }

  [[nodiscard]] Fitness fitness(std::size_t uplink, Family family) const {
    if (unusable(model_.uplinks[uplink], board_.uplinks.at(uplink), family)) return Fitness::none;
    const auto by_it = [&](const Tunnel& tunnel) {
      return model_.slots.at(tunnel.slot_index).uplink == uplink && tunnel.up();
    };
    for (const auto& route : routes_)
      if (route.tunnel && by_it(board_.tunnels.at(*route.tunnel))) return Fitness::carries_networks;
    return std::ranges::any_of(board_.tunnels, by_it) ? Fitness::has_tunnel : Fitness::usable;
  }

  /// What no network takes. The present uplink (the kernel knows it) stays while none is better.
  void own_traffic(Family family) {
    const auto is_present = [&](const Rule& rule, std::size_t uplink) {
      return rule.protocol == kRouteProtocol && rule.family == family &&
             rule.priority == kOwnTrafficPriority &&
             rule.table == vrf_table(model_.uplinks[uplink].number);
    };
    auto best = Fitness::none;
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < model_.uplinks.size(); ++i) {
      const auto fit = fitness(i, family);
      const bool present = std::ranges::any_of(
          observed_.rules, [&](const Rule& rule) { return is_present(rule, i); });
      if (fit < best || (fit == best && !present)) continue;
      best = fit;
      chosen = i;
    }
    if (best == Fitness::none) return;
    rules_.push_back({.family = family,
                      .priority = kOwnTrafficPriority,
                      .table = vrf_table(model_.uplinks[chosen].number),
                      .iif = kItself});
  }

  const Board& board_;
  const Model& model_;
  const KernelState& observed_;
  std::vector<NetworkRoute> routes_;
  std::vector<Rule> rules_;
};

}  // namespace

std::vector<Rule> rules(const Board& board, const KernelState& observed) {
  return Rules(board, observed).take();
}

}  // namespace kaido::desired
