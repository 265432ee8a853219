#include <algorithm>
#include <set>

#include "core/addressing.hpp"
#include "core/desired.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kNetworkIds = 0x4b000000;
constexpr std::uint32_t kSiteIds = 0x4b800000;

/// FNV-1a, cut to 20 bits: a network keeps its id when others come and go.
std::uint32_t name_hash(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash ^ hash >> 20) & 0xfffffU;
}

class SiteChoices {
 public:
  explicit SiteChoices(const GatewayState& state) : state_(state), model_(state.model) {}

  std::vector<Choice> take() && {
    for (const auto& network : model_.networks) add(network.name, network.prefixes, network.hubs);
    for (std::size_t i = 0; i < model_.hubs.size(); ++i) {
      const auto& hub = model_.hubs[i];
      if (!hub.kaido) continue;
      add("hub " + hub.name, own_prefixes(model_.gateway.fleet, hub.number, hub.loopback), {i});
    }
    return std::move(choices_);
  }

 private:
  void add(std::string name, std::vector<Prefix> prefixes, const std::vector<std::size_t>& hubs) {
    Choice choice;
    auto id = name_hash(name);
    while (!ids_.insert(id).second) id = (id + 1) & 0xfffffU;
    choice.nexthop = kNetworkIds | id << 1;
    choice.name = std::move(name);
    choice.prefixes = std::move(prefixes);
    for (const auto hub : hubs)
      for (const auto transport : model_.hubs.at(hub).transports) add_candidates(choice, hub, transport);
    choices_.push_back(std::move(choice));
  }

  void add_candidates(Choice& choice, std::size_t hub, Transport transport) const {
    for (std::size_t i = 0; i < state_.tunnels.size(); ++i) {
      const auto& tunnel = state_.tunnels[i];
      if (tunnel.transport == transport && model_.slots.at(tunnel.owner).hub == hub)
        choice.candidates.push_back(i);
    }
  }

  const GatewayState& state_;
  const Model& model_;
  std::set<std::uint32_t> ids_;
  std::vector<Choice> choices_;
};

std::vector<Choice> hub_choices(const GatewayState& state) {
  const auto& model = state.model;
  std::vector<Choice> result;
  result.reserve(model.sites.size());
  for (const auto& site : model.sites) {
    Choice choice;
    choice.name = site.name;
    choice.prefixes = own_prefixes(model.gateway.fleet, site.number, site.loopback);
    choice.prefixes.insert(choice.prefixes.end(), site.prefixes.begin(), site.prefixes.end());
    choice.nexthop = kSiteIds | static_cast<std::uint32_t>(site.number) << 1;
    result.push_back(std::move(choice));
  }
  for (const auto transport : {Transport::ikev2, Transport::wireguard})
    for (std::size_t i = 0; i < state.tunnels.size(); ++i)
      if (state.tunnels[i].transport == transport)
        result[state.tunnels[i].owner].candidates.push_back(i);
  return result;
}

}  // namespace

std::vector<Choice> choices(const GatewayState& state) {
  auto result = state.model.is_hub() ? hub_choices(state) : SiteChoices(state).take();
  for (auto& choice : result) {
    const auto up = std::ranges::find_if(choice.candidates,
                                         [&](std::size_t i) { return state.tunnels[i].up(); });
    if (up != choice.candidates.end()) choice.tunnel = *up;
  }
  return result;
}

}  // namespace kaido
