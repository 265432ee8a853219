#include "engine/judge.hpp"

#include <algorithm>

#include "core/desired/network_routes.hpp"
#include "core/role.hpp"
#include "core/tunnels/trouble.hpp"

namespace kaido {

void Judge::hold(const std::string& subject, const std::optional<Error>& error) {
  if (!error) return conditions_.clear_all(subject);
  conditions_.raise(subject, *error, clock_.now());
  conditions_.clear_others(subject, error->condition);
}

void Judge::judge() {
  const auto& model = board_.model;
  for (std::size_t i = 0; i < model.uplinks.size(); ++i)
    hold("uplink " + model.uplinks[i].name, uplink_trouble(board_, i));
  hold("identity", certificate_trouble(board_.identities, clock_.wall_time()));
  judge_charon();
  // A site that is away is no trouble of the hub's.
  if (std::holds_alternative<SiteView>(role_of(model))) judge_networks();
}

void Judge::judge_charon() {
  const bool used = std::ranges::any_of(
      board_.tunnels, [](const Tunnel& tunnel) { return tunnel.transport == Transport::ikev2; });
  if (used && !board_.tunnels.charon_up) {
    conditions_.raise("charon", {Condition::charon_absent, board_.model.ike_socket}, clock_.now());
  } else {
    conditions_.clear("charon", Condition::charon_absent);
  }
}

void Judge::judge_networks() {
  const auto& networks = board_.model.networks;
  for (const auto& route : network_routes(board_)) {
    if (std::ranges::find(networks, route.name, &Network::name) == networks.end()) continue;
    const bool reached = route.tunnel || board_.tunnels.torn_down;
    hold("network " + route.name,
         reached ? std::nullopt : std::optional(Error{Condition::network_unreachable, route.name}));
  }
}

void Judge::forget_all_but(const Model& wanted) {
  for (const auto& uplink : board_.model.uplinks)
    if (std::ranges::find(wanted.uplinks, uplink.name, &Uplink::name) == wanted.uplinks.end())
      conditions_.clear_all("uplink " + uplink.name);
  for (const auto& network : board_.model.networks)
    if (std::ranges::find(wanted.networks, network.name, &Network::name) == wanted.networks.end())
      conditions_.clear_all("network " + network.name);
}

}  // namespace kaido
