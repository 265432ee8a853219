#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "config/draft.hpp"
#include "config/fields.hpp"
#include "config/schema.hpp"
#include "config/times.hpp"

namespace kaido::config {
namespace {

using S = Section;
using Names = std::unordered_map<std::string_view, std::size_t>;

template <typename T>
Names index_by_name(const std::vector<T>& parts) {
  Names names;
  for (std::size_t i = 0; i < parts.size(); ++i) names.emplace(parts[i].name, i);
  return names;
}

class Reader {
 public:
  Reader(const Node& document, Role role, Mistakes& mistakes) : mistakes_(mistakes) {
    draft_.document = &document;
    model_.gateway.role = role;
  }

  Draft read() {
    const auto& document = *draft_.document;
    single_tables(document);
    draft_.networks = tables(document, "network");
    if (model_.is_hub()) {
      draft_.endpoints = tables(document, "endpoint");
      draft_.sites = tables(document, "site");
      for (const auto* node : draft_.endpoints) model_.endpoints.push_back(endpoint(*node));
      model_.sites.reserve(draft_.sites.size());
      for (const auto* node : draft_.sites) model_.sites.push_back(site(*node));
    } else {
      draft_.uplinks = tables(document, "uplink");
      draft_.hubs = tables(document, "hub");
      draft_.slots = tables(document, "slot");
      for (const auto* node : draft_.uplinks) model_.uplinks.push_back(uplink(*node));
      for (const auto* node : draft_.hubs) model_.hubs.push_back(hub(*node));
      uplink_names_ = index_by_name(model_.uplinks);
      hub_names_ = index_by_name(model_.hubs);
      for (const auto* node : draft_.slots) model_.slots.push_back(slot(*node));
    }
    for (const auto* node : draft_.networks) model_.networks.push_back(network(*node));
    if (model_.is_hub()) people(document);
    return std::move(draft_);
  }

 private:
  void single_tables(const Node& document) {
    if (const auto* node = document.find("gateway")) gateway(*node);
    if (const auto* node = document.find("identity")) identity(*node);
    static const Node absent;
    const auto or_defaults = [&](std::string_view name) -> const Node& {
      const auto* node = document.find(name);
      return node == nullptr ? absent : *node;
    };
    wireguard(or_defaults("wireguard"));
    model_.ike_socket = text(or_defaults("ike"), S::ike, "socket");
    probing(or_defaults("probing"));
  }

  void gateway(const Node& node) {
    auto& gateway = model_.gateway;
    gateway.name = text(node, S::gateway, "name");
    gateway.number = number<std::uint16_t>(node, S::gateway, "number");
    gateway.fleet = Prefix::parse(text(node, S::gateway, "fleet")).value_or(Prefix{});
    gateway.loopback = addresses(node, "loopback");
    gateway.forward_between = texts(node, "forward_between");
    gateway.own_traffic = text(node, S::gateway, "own_traffic") == "tunnels" ? OwnTraffic::tunnels
                                                                             : OwnTraffic::uplink;
  }

  void identity(const Node& node) {
    auto& identity = model_.identity;
    identity.domain = text(node, S::identity, "domain");
    identity.certificate_file = text(node, S::identity, "certificate");
    identity.key_file = text(node, S::identity, "key");
    identity.authority_files = texts(node, "authorities");
  }

  void wireguard(const Node& node) {
    model_.wireguard_keys = text(node, S::wireguard, "keys");
    model_.wireguard_key_file = text(node, S::wireguard, "private_key");
    model_.wireguard_base_port = number<std::uint16_t>(node, S::wireguard, "base_port");
  }

  void probing(const Node& node) {
    model_.probing = {number<std::uint16_t>(node, S::probing, "interval_ms"),
                      number<std::uint16_t>(node, S::probing, "idle_interval_ms"),
                      number<std::uint16_t>(node, S::probing, "slow_interval_ms")};
  }

  static Uplink uplink(const Node& node) {
    return {.name = text(node, S::uplink, "name"),
            .number = number<std::uint8_t>(node, S::uplink, "number"),
            .kind = UplinkKind::ethernet,
            .managed = Managed::none,
            .device = text(node, S::uplink, "device"),
            .gateways = addresses(node, "gateways"),
            .probe_budget_mb = number<std::uint32_t>(node, S::uplink, "probe_budget_mb")};
  }

  static HubEndpoint endpoint(const Node& node) {
    return {.name = text(node, S::endpoint, "name"),
            .address = IpAddress::parse(text(node, S::endpoint, "address")).value_or(IpAddress{}),
            .carrier = text(node, S::endpoint, "carrier")};
  }

  static Hub hub(const Node& node) {
    const auto* kaido = node.find("kaido");
    const auto* flag = kaido == nullptr ? nullptr : kaido->as<bool>();
    Hub hub{.name = text(node, S::hub, "name"),
            .number = number<std::uint16_t>(node, S::hub, "number"),
            .kaido = flag == nullptr || *flag,
            .identity = text(node, S::hub, "identity"),
            .loopback = addresses(node, "loopback"),
            .transports = transports(node),
            .wireguard_key = wireguard_key(node),
            .wireguard_base_port = number<std::uint16_t>(node, S::hub, "wireguard_base_port"),
            .weak_ike_proposals = texts(node, "weak_ike_proposals"),
            .weak_esp_proposals = texts(node, "weak_esp_proposals"),
            .endpoints = {}};
    for (const auto* inner : tables(node, "endpoint")) hub.endpoints.push_back(endpoint(*inner));
    return hub;
  }

  Slot slot(const Node& node) {
    Slot slot{.number = number<std::uint8_t>(node, S::slot, "number"),
              .uplink = kUnresolved,
              .hub = kUnresolved,
              .endpoint = kUnresolved,
              .wireguard_port = std::nullopt,
              .wireguard_key = wireguard_key(node),
              .addresses = prefixes(node, "addresses"),
              .probe = IpAddress::parse(text(node, S::slot, "probe")),
              .probe_transports = transports(node, "probe_transports")};
    if (node.find("wireguard_port") != nullptr)
      slot.wireguard_port = number<std::uint16_t>(node, S::slot, "wireguard_port");
    if (const auto* named = node.find("uplink"); named != nullptr && named->as<std::string>())
      slot.uplink = resolve(uplink_names_, *named->as<std::string>(), named->place, "uplink");
    if (const auto* named = node.find("endpoint"); named != nullptr && named->as<std::string>())
      resolve_endpoint(slot, *named->as<std::string>(), named->place);
    return slot;
  }

  std::size_t resolve(const Names& names, std::string_view name, Place place, const char* what) {
    if (const auto found = names.find(name); found != names.end()) return found->second;
    std::vector<std::string_view> known;
    for (const auto& [candidate, index] : names) known.push_back(candidate);
    std::ranges::sort(known);
    auto hint = did_you_mean(name, known);
    if (hint.empty())
      hint = known.empty() ? fmt::format("there is no {} at all", what)
                           : fmt::format("known: {}", fmt::join(known, ", "));
    mistakes_.add(place, fmt::format("there is no {} named {}", what, in_quotes(name)),
                  std::move(hint));
    return kUnresolved;
  }

  void resolve_endpoint(Slot& slot, std::string_view named, Place place) {
    const auto slash = named.find('/');
    if (slash == std::string_view::npos) {
      mistakes_.add(place,
                    fmt::format("endpoint: expected HUB/ENDPOINT, found {}", in_quotes(named)),
                    "such as \"tokyo/a\"");
      return;
    }
    slot.hub = resolve(hub_names_, named.substr(0, slash), place, "hub");
    if (slot.hub == kUnresolved) return;
    const auto& hub = model_.hubs[slot.hub];
    slot.endpoint = resolve(index_by_name(hub.endpoints), named.substr(slash + 1), place,
                            fmt::format("endpoint of hub {}", hub.name).c_str());
  }

  Network network(const Node& node) {
    Network network{
        .name = text(node, S::network, "name"), .prefixes = prefixes(node, "prefixes"), .hubs = {}};
    network.devices = texts(node, "devices");
    if (model_.is_hub()) return network;
    network.max_loss = decimal(node, S::network, "max_loss_percent") / 100;
    network.max_delay_ms = number<std::uint16_t>(node, S::network, "max_delay_ms");
    network.min_size = number<std::uint16_t>(node, S::network, "min_size");
    each_text(node, "hubs", [&](const auto& name, const Node& item) {
      const auto index = resolve(hub_names_, name, item.place, "hub");
      if (index == kUnresolved) return;
      if (std::ranges::find(network.hubs, index) != network.hubs.end())
        mistakes_.add(item.place, fmt::format("hub {} is listed twice", in_quotes(name)));
      network.hubs.push_back(index);
    });
    return network;
  }

  void people(const Node& document) {
    draft_.groups = tables(document, "group");
    const auto* node = document.find("people");
    if (node == nullptr || node->as<Table>() == nullptr) return;
    draft_.people = node;
    auto& people = model_.people.emplace(settings(*node));
    if (people.issuer.empty()) people.issuer = model_.gateway.name;
    const auto networks = index_by_name(model_.networks);
    people.groups.reserve(draft_.groups.size());
    for (const auto* inner : draft_.groups) people.groups.push_back(group(*inner, networks));
  }

  static session::Settings settings(const Node& node) {
    const auto* ikev2 = node.find("ikev2");
    const auto* flag = ikev2 == nullptr ? nullptr : ikev2->as<bool>();
    session::Settings people{
        .issuer = text(node, S::people, "issuer"),
        .authority_files = texts(node, "authorities"),
        .revocation_files = texts(node, "revocations"),
        .revocation_required = text(node, S::people, "revocation") == "required",
        .session_minutes = number<std::uint32_t>(node, S::people, "session_minutes"),
        .session_end = parse_time_of_day(text(node, S::people, "session_end")),
        .addresses = prefixes(node, "addresses"),
        .wireguard_port = std::nullopt,
        .ikev2 = flag != nullptr && *flag,
        .groups = {}};
    if (node.find("wireguard_port") != nullptr)
      people.wireguard_port = number<std::uint16_t>(node, S::people, "wireguard_port");
    return people;
  }

  session::Group group(const Node& node, const Names& networks) {
    session::Group group{
        .name = text(node, S::group, "name"), .networks = {}, .hours = std::nullopt};
    if (const auto hours = parse_hours(text(node, S::group, "hours"))) group.hours = *hours;
    each_text(node, "networks", [&](const auto& name, const Node& item) {
      if (resolve(networks, name, item.place, "network") == kUnresolved) return;
      if (std::ranges::find(group.networks, name) != group.networks.end())
        mistakes_.add(item.place, fmt::format("network {} is listed twice", in_quotes(name)));
      group.networks.push_back(name);
    });
    return group;
  }

  static Site site(const Node& node) {
    const auto allowed = transports(node);
    Site site{.name = text(node, S::site, "name"),
              .number = number<std::uint16_t>(node, S::site, "number"),
              .domain = text(node, S::site, "domain"),
              .prefixes = prefixes(node, "prefixes"),
              .loopback = addresses(node, "loopback"),
              .ikev2 = std::ranges::find(allowed, Transport::ikev2) != allowed.end(),
              .wireguard = std::ranges::find(allowed, Transport::wireguard) != allowed.end(),
              .slots = {},
              .weak_ike_proposals = texts(node, "weak_ike_proposals"),
              .weak_esp_proposals = texts(node, "weak_esp_proposals"),
              .groups = texts(node, "groups")};
    const auto inner = tables(node, "slots");
    site.slots.reserve(inner.size());
    for (const auto* slot : inner)
      site.slots.push_back(
          {number<std::uint8_t>(*slot, S::site_slot, "number"), wireguard_key(*slot)});
    return site;
  }

  Draft draft_;
  Model& model_ = draft_.model;
  Mistakes& mistakes_;
  Names uplink_names_;
  Names hub_names_;
};

}  // namespace

Draft read(const Node& document, Role role, Mistakes& mistakes) {
  return Reader(document, role, mistakes).read();
}

std::vector<const Node*> tables(const Node& parent, std::string_view name) {
  std::vector<const Node*> result;
  const auto* node = parent.find(name);
  const auto* items = node == nullptr ? nullptr : node->as<Array>();
  if (items == nullptr) return result;
  for (const auto& item : *items)
    if (item.as<Table>() != nullptr) result.push_back(&item);
  return result;
}

Place place_of(const Node& table, std::string_view key) {
  const auto* node = table.find(key);
  return node == nullptr ? table.place : node->place;
}

}  // namespace kaido::config
