// Cross-field checks of a site's file: uplinks, hubs, slots, networks.
#include <algorithm>
#include <map>

#include "config/check.hpp"

namespace kaido::config {
namespace {

constexpr unsigned kHighestPort = 65535;

bool has(const Hub& hub, Transport transport) {
  return std::ranges::find(hub.transports, transport) != hub.transports.end();
}

void check_uplinks(const Draft& draft, Mistakes& mistakes) {
  const auto& uplinks = draft.model.uplinks;
  check_unique(
      uplinks, draft.uplinks, "name", "uplink",
      [](const Uplink& u) { return std::string_view(u.name); }, std::string_view{}, mistakes);
  check_unique(
      uplinks, draft.uplinks, "number", "uplink",
      [](const Uplink& u) { return unsigned{u.number}; }, 0U, mistakes);
  check_unique(
      uplinks, draft.uplinks, "device", "uplink",
      [](const Uplink& u) { return std::string_view(u.device); }, std::string_view{}, mistakes);
  for (std::size_t i = 0; i < uplinks.size(); ++i) {
    check_addresses(*draft.uplinks[i], "gateways", true, mistakes);
    for (const auto family : {Family::v4, Family::v6})
      if (std::ranges::count(uplinks[i].gateways, family, &IpAddress::family) > 1)
        mistakes.add(place_of(*draft.uplinks[i], "gateways"),
                     fmt::format("gateways: expected one {} address at most",
                                 family == Family::v4 ? "IPv4" : "IPv6"));
  }
}

/// What it forwards to an uplink would leave in the clear.
void check_forwarding(const Draft& draft, Mistakes& mistakes) {
  const auto* gateway = draft.document->find("gateway");
  if (gateway == nullptr) return;
  for (const auto& device : draft.model.gateway.forward_between)
    if (std::ranges::find(draft.model.uplinks, device, &Uplink::device) !=
        draft.model.uplinks.end())
      mistakes.add(place_of(*gateway, "forward_between"),
                   fmt::format("forward_between: {} is an uplink", device),
                   "devices of the LAN only");
}

void check_hub(const Hub& hub, const Node& node, Mistakes& mistakes) {
  check_transports(node, "transports", mistakes);
  check_addresses(node, "loopback", false, mistakes);
  check_endpoints(hub.endpoints, tables(node, "endpoint"), node.place, "[[hub.endpoint]]",
                  mistakes);
  if (has(hub, Transport::ikev2) && hub.identity.empty())
    mistakes.add(place_of(node, "identity"),
                 fmt::format("hub {} needs \"identity\": ikev2 is in its transports", hub.name),
                 "the name in its certificate, such as tokyo.kaido.example");
  if (has(hub, Transport::wireguard) && node.find("wireguard_public_key") == nullptr)
    mistakes.add(
        node.place,
        fmt::format("hub {} needs \"wireguard_public_key\": wireguard is in its transports",
                    hub.name),
        "as `wg show` prints it on the hub; or leave wireguard out of transports");
}

void check_hubs(const Draft& draft, Mistakes& mistakes) {
  const auto& hubs = draft.model.hubs;
  check_unique(
      hubs, draft.hubs, "name", "hub", [](const Hub& h) { return std::string_view(h.name); },
      std::string_view{}, mistakes);
  check_unique(
      hubs, draft.hubs, "number", "hub", [](const Hub& h) { return unsigned{h.number}; }, 0U,
      mistakes);
  for (std::size_t i = 0; i < hubs.size(); ++i) {
    check_hub(hubs[i], *draft.hubs[i], mistakes);
    if (hubs[i].number != 0 && hubs[i].number == draft.model.gateway.number)
      mistakes.add(place_of(*draft.hubs[i], "number"),
                   fmt::format("number: {} is this gateway's own{}", hubs[i].number,
                               Mistakes::at(place_of(*draft.document->find("gateway"), "number"))),
                   "gateway numbers are unique in the fleet");
  }
}

void check_slot_port(const Slot& slot, const Hub& hub, const Node& node, Mistakes& mistakes) {
  if (slot.wireguard_port || !has(hub, Transport::wireguard)) return;
  const auto port = unsigned{hub.wireguard_base_port} + slot.number;
  if (port > kHighestPort)
    mistakes.add(place_of(node, "number"),
                 fmt::format("slot {}: its WireGuard port would be {} + {} = {}, past {}",
                             slot.number, hub.wireguard_base_port, slot.number, port, kHighestPort),
                 "a smaller wireguard_base_port, or a wireguard_port in the slot");
}

void check_probe(const Slot& slot, const Hub& hub, const Node& node, const Model& model,
                 Mistakes& mistakes) {
  if (!slot.probe) return;
  const auto place = place_of(node, "probe");
  if (hub.kaido)
    mistakes.add(place, fmt::format("probe: hub {} is a Kaido, which is asked by itself", hub.name),
                 "leave it out; it is for hubs with kaido = false");
  if (const char* what = unusable(*slot.probe, false))
    mistakes.add(place, fmt::format("probe: {} is {}", slot.probe->to_string(), what));
  const bool own = std::ranges::count(model.gateway.loopback, *slot.probe) > 0 ||
                   std::ranges::any_of(model.slots, [&](const Slot& other) {
                     return std::ranges::count(other.addresses, *slot.probe, &Prefix::address) > 0;
                   });
  if (own)
    mistakes.add(place, fmt::format("probe: {} is this gateway's own", slot.probe->to_string()),
                 "an address of the hub inside this slot's tunnels");
}

void check_probing(const Draft& draft, Mistakes& mistakes) {
  const auto* node = draft.document->find("probing");
  const auto& probing = draft.model.probing;
  if (node == nullptr || probing.interval_ms == 0) return;
  const auto not_less = [&](std::string_view key, std::uint16_t value) {
    if (value != 0 && value < probing.interval_ms)
      mistakes.add(
          place_of(*node, key),
          fmt::format("{}: {} is less than interval_ms, {}", key, value, probing.interval_ms),
          "other paths are asked as often as the one in use at most");
  };
  not_less("idle_interval_ms", probing.idle_interval_ms);
  not_less("slow_interval_ms", probing.slow_interval_ms);
}

void check_slots(const Draft& draft, Mistakes& mistakes) {
  const auto& model = draft.model;
  check_unique(
      model.slots, draft.slots, "number", "slot", [](const Slot& s) { return unsigned{s.number}; },
      0U, mistakes);
  std::map<std::array<std::size_t, 3>, std::size_t> pairs;
  for (std::size_t i = 0; i < model.slots.size(); ++i) {
    const auto& slot = model.slots[i];
    const auto& node = *draft.slots[i];
    check_addresses(node, "addresses", false, mistakes);
    check_transports(node, "probe_transports", mistakes);
    if (slot.uplink == kUnresolved || slot.endpoint == kUnresolved) continue;
    const auto [first, fresh] = pairs.emplace(std::array{slot.uplink, slot.hub, slot.endpoint}, i);
    if (!fresh)
      mistakes.add(place_of(node, "endpoint"),
                   fmt::format("slot {} is the same uplink and endpoint as slot {}{}", slot.number,
                               model.slots[first->second].number,
                               Mistakes::at(draft.slots[first->second]->place)),
                   "one slot for each (uplink, hub endpoint)");
    check_slot_port(slot, model.hubs[slot.hub], node, mistakes);
    check_probe(slot, model.hubs[slot.hub], node, model, mistakes);
  }
}

void check_ways(const Draft& draft, Mistakes& mistakes) {
  for (std::size_t i = 0; i < draft.model.networks.size(); ++i) {
    const auto& network = draft.model.networks[i];
    const auto* hubs = draft.networks[i]->find("hubs");
    const auto* list = hubs == nullptr ? nullptr : hubs->as<Array>();
    if (list == nullptr) continue;
    if (list->empty()) mistakes.add(hubs->place, "hubs: a network needs at least one hub");
    const bool way = std::ranges::any_of(draft.model.slots, [&](const Slot& slot) {
      return std::ranges::find(network.hubs, slot.hub) != network.hubs.end();
    });
    if (!network.hubs.empty() && !way)
      mistakes.add(hubs->place,
                   fmt::format("hubs: no slot leads to any hub of network {}", network.name),
                   "add a [[slot]] to an endpoint of one of them");
  }
}

}  // namespace

void check_site_view(const Draft& draft, Mistakes& mistakes) {
  check_probing(draft, mistakes);
  check_uplinks(draft, mistakes);
  check_forwarding(draft, mistakes);
  check_hubs(draft, mistakes);
  check_slots(draft, mistakes);
  check_ways(draft, mistakes);
}

}  // namespace kaido::config
