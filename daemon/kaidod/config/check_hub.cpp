// Cross-field checks of a hub's file: endpoints, sites, keys.
#include <algorithm>

#include "config/check.hpp"

namespace kaido::config {
namespace {

constexpr unsigned kHighestPort = 65535;

struct PlacedKey {
  const WireGuardKey* key;
  const Node* slot;
};

void check_slots(const Site& site, const Node& node, unsigned base_port,
                 std::vector<PlacedKey>& keys, Mistakes& mistakes) {
  const auto nodes = tables(node, "slots");
  if (const auto* list = node.find("slots"); list != nullptr && nodes.empty())
    mistakes.add(list->place, fmt::format("slots: site {} needs at least one", site.name));
  check_unique(
      site.slots, nodes, "number", "slot of this site",
      [](const SiteSlot& s) { return unsigned{s.number}; }, 0U, mistakes);
  if (!site.wireguard) return;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& slot = site.slots[i];
    if (base_port + slot.number > kHighestPort)
      mistakes.add(
          place_of(*nodes[i], "number"),
          fmt::format("slot {}: its WireGuard port would be {} + {} = {}, past {}", slot.number,
                      base_port, slot.number, base_port + slot.number, kHighestPort),
          "a smaller base_port in [wireguard]");
    if (slot.wireguard_key)
      keys.push_back({&*slot.wireguard_key, nodes[i]});
    else if (nodes[i]->find("wireguard_public_key") == nullptr)
      mistakes.add(nodes[i]->place,
                   fmt::format("slot {} of site {} needs \"wireguard_public_key\": wireguard is in "
                               "the site's transports",
                               slot.number, site.name),
                   "the site's admin finds it in the site's own entry; or leave wireguard out");
  }
}

/// Two slots with one key: the second would silently take over the first one's peer.
void check_keys(std::vector<PlacedKey> keys, Mistakes& mistakes) {
  std::ranges::sort(keys, [](const PlacedKey& a, const PlacedKey& b) {
    return *a.key != *b.key ? *a.key < *b.key : a.slot->place < b.slot->place;
  });
  for (std::size_t i = 1; i < keys.size(); ++i)
    if (*keys[i].key == *keys[i - 1].key)
      mistakes.add(place_of(*keys[i].slot, "wireguard_public_key"),
                   fmt::format("wireguard_public_key: another slot has this key{}",
                               Mistakes::at(place_of(*keys[i - 1].slot, "wireguard_public_key"))),
                   "every slot has a key of its own");
}

void check_sites(const Draft& draft, Mistakes& mistakes) {
  const auto& sites = draft.model.sites;
  check_unique(
      sites, draft.sites, "name", "site", [](const Site& s) { return std::string_view(s.name); },
      std::string_view{}, mistakes);
  check_unique(
      sites, draft.sites, "number", "site", [](const Site& s) { return unsigned{s.number}; }, 0U,
      mistakes);
  check_unique(
      sites, draft.sites, "domain", "site",
      [](const Site& s) { return std::string_view(s.domain); }, std::string_view{}, mistakes);
  std::vector<PlacedKey> keys;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const auto& node = *draft.sites[i];
    check_transports(node, "transports", mistakes);
    check_addresses(node, "loopback", false, mistakes);
    check_slots(sites[i], node, draft.model.wireguard_base_port, keys, mistakes);
    if (sites[i].number != 0 && sites[i].number == draft.model.gateway.number)
      mistakes.add(place_of(node, "number"),
                   fmt::format("number: {} is this gateway's own{}", sites[i].number,
                               Mistakes::at(place_of(*draft.document->find("gateway"), "number"))),
                   "gateway numbers are unique in the fleet");
  }
  check_keys(std::move(keys), mistakes);
}

}  // namespace

void check_hub_view(const Draft& draft, Mistakes& mistakes) {
  check_endpoints(draft.model.endpoints, draft.endpoints, draft.document->place, "[[endpoint]]",
                  mistakes);
  check_sites(draft, mistakes);
  check_people(draft, mistakes);
  const auto* wireguard = draft.document->find("wireguard");
  const bool has_key = wireguard != nullptr && wireguard->find("private_key") != nullptr;
  if (!has_key && std::ranges::any_of(draft.model.sites, &Site::wireguard))
    mistakes.add(wireguard == nullptr ? draft.document->place : wireguard->place,
                 "[wireguard] needs \"private_key\": a site uses the transport wireguard",
                 "the name of a file made by: (umask 077; wg genkey > FILE)");
}

}  // namespace kaido::config
