#include "config/check.hpp"

#include <algorithm>

#include "config/schema.hpp"

namespace kaido::config {
namespace {

bool uses_ikev2(const Model& model) {
  if (model.is_hub()) return std::ranges::any_of(model.sites, &Site::ikev2);
  return std::ranges::any_of(model.hubs, [](const Hub& hub) {
    return std::ranges::find(hub.transports, Transport::ikev2) != hub.transports.end();
  });
}

/// RFC 4193 §3.1: fd00::/8 followed by a random 40-bit global ID.
void check_fleet(const Draft& draft, Mistakes& mistakes) {
  const auto* gateway = draft.document->find("gateway");
  const auto* node = gateway == nullptr ? nullptr : gateway->find("fleet");
  const auto& fleet = draft.model.gateway.fleet;
  if (node == nullptr || fleet == Prefix{}) return;
  if (fleet.family() == Family::v6 && fleet.address().bytes()[0] == 0xfd && fleet.length() == 48)
    return;
  mistakes.add(
      node->place,
      fmt::format("fleet: expected a /48 of fd00::/8 (RFC 4193), found {}", fleet.to_string()),
      "the same one on every gateway, such as \"fd4b:6169:646f::/48\"");
}

void check_networks(const Draft& draft, Mistakes& mistakes) {
  check_unique(
      draft.model.networks, draft.networks, "name", "network",
      [](const Network& n) { return std::string_view(n.name); }, std::string_view{}, mistakes);
  for (const auto* node : draft.networks) {
    const auto* prefixes = node->find("prefixes");
    if (prefixes != nullptr && prefixes->as<Array>() != nullptr && prefixes->as<Array>()->empty())
      mistakes.add(prefixes->place, "prefixes: a network needs at least one");
  }
}

void check_identity(const Draft& draft, Mistakes& mistakes) {
  if (draft.document->find("identity") == nullptr && uses_ikev2(draft.model))
    mistakes.add(draft.document->place,
                 "the file needs [identity]: a tunnel uses the transport ikev2",
                 "domain, certificate, key, authorities");
  const auto* identity = draft.document->find("identity");
  const auto* list = identity == nullptr ? nullptr : identity->find("authorities");
  if (list != nullptr && list->as<Array>() != nullptr && list->as<Array>()->empty())
    mistakes.add(list->place, "authorities: expected at least one file");
}

}  // namespace

const char* unusable(const IpAddress& address, bool link_local_is_fine) {
  const auto& bytes = address.bytes();
  if (address.is_unspecified()) return "the unspecified address";
  if (address.is_multicast()) return "a multicast address";
  if (address.is_link_local() && !link_local_is_fine) return "a link-local address";
  if (address.is_v4() ? bytes[0] == 127 : address == IpAddress::parse("::1"))
    return "this machine's own loopback";
  return nullptr;
}

void check_addresses(const Node& table, std::string_view key, bool link_local_is_fine,
                     Mistakes& mistakes) {
  const auto* list = table.find(key);
  const auto* items = list == nullptr ? nullptr : list->as<Array>();
  if (items == nullptr) return;
  std::vector<IpAddress> seen;
  for (const auto& item : *items) {
    const auto* text = item.as<std::string>();
    const auto host = text == nullptr ? std::nullopt : Prefix::parse(*text);
    if (!host) continue;
    const auto& address = host->address();
    if (const char* what = unusable(address, link_local_is_fine))
      mistakes.add(item.place, fmt::format("{}: {} is {}", key, *text, what));
    if (std::ranges::find(seen, address) != seen.end())
      mistakes.add(item.place, fmt::format("{}: {} is listed twice", key, *text));
    seen.push_back(address);
  }
}

void check_transports(const Node& table, std::string_view key, Mistakes& mistakes) {
  const auto* list = table.find(key);
  const auto* items = list == nullptr ? nullptr : list->as<Array>();
  if (items == nullptr) return;
  if (items->empty())
    mistakes.add(list->place, fmt::format("{}: expected at least one", key),
                 expectation(*find_key(Section::hub, "transports")));
  std::vector<std::string_view> seen;
  for (const auto& item : *items) {
    const auto* word = item.as<std::string>();
    if (word == nullptr) continue;
    if (std::ranges::find(seen, *word) != seen.end())
      mistakes.add(item.place, fmt::format("{}: {} is listed twice", key, in_quotes(*word)));
    seen.push_back(*word);
  }
}

void check_endpoints(const std::vector<HubEndpoint>& endpoints,
                     const std::vector<const Node*>& nodes, Place of_owner, std::string_view title,
                     Mistakes& mistakes) {
  if (endpoints.empty())
    mistakes.add(of_owner, fmt::format("a hub needs at least one {}", title),
                 "with name and address");
  check_unique(
      endpoints, nodes, "name", "endpoint",
      [](const HubEndpoint& e) { return std::string_view(e.name); }, std::string_view{}, mistakes);
  const std::string none = IpAddress{}.to_string();
  check_unique(
      endpoints, nodes, "address", "endpoint",
      [](const HubEndpoint& e) { return e.address.to_string(); }, none, mistakes);
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto* text = nodes[i]->find("address");
    if (text == nullptr || text->as<std::string>() == nullptr ||
        !IpAddress::parse(*text->as<std::string>()))
      continue;
    if (const char* what = unusable(endpoints[i].address, false))
      mistakes.add(text->place,
                   fmt::format("address: {} is {}", endpoints[i].address.to_string(), what));
  }
}

void check(const Draft& draft, Mistakes& mistakes) {
  check_fleet(draft, mistakes);
  if (const auto* gateway = draft.document->find("gateway"))
    check_addresses(*gateway, "loopback", false, mistakes);
  check_identity(draft, mistakes);
  check_networks(draft, mistakes);
  if (draft.model.is_hub())
    check_hub_view(draft, mistakes);
  else
    check_site_view(draft, mistakes);
  check_overlaps(draft, mistakes);
}

}  // namespace kaido::config
