// Helpers that the cross-field checks share.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/draft.hpp"
#include "kaido/ip.hpp"

namespace kaido::config {

/// Reports every part whose value (as `get` tells it) an earlier one has. Values that equal `none`
/// (missing, or already a mistake) do not count. `what`: "uplink", "site" …
template <typename Part, typename Get, typename Value>
void check_unique(const std::vector<Part>& parts, const std::vector<const Node*>& nodes,
                  std::string_view key, std::string_view what, Get get, const Value& none,
                  Mistakes& mistakes) {
  std::unordered_map<Value, std::size_t> seen;
  seen.reserve(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Value value = get(parts[i]);
    if (value == none) continue;
    const auto [first, fresh] = seen.emplace(value, i);
    if (fresh) continue;
    mistakes.add(place_of(*nodes[i], key),
                 fmt::format("{}: {} is taken by another {}{}", key, value, what,
                             Mistakes::at(place_of(*nodes[first->second], key))),
                 fmt::format("every {} needs a {} of its own", what, key));
  }
}

/// An address that a gateway can be reached at: not unspecified, multicast, loopback. Otherwise
/// what it is.
[[nodiscard]] const char* unusable(const IpAddress& address, bool link_local_is_fine);

/// Every address under `key` is usable and there only once.
void check_addresses(const Node& table, std::string_view key, bool link_local_is_fine,
                     Mistakes& mistakes);
/// At least one transport, none twice.
void check_transports(const Node& table, std::string_view key, Mistakes& mistakes);
/// Endpoints of a hub: at least one, names and addresses unique and usable.
void check_endpoints(const std::vector<HubEndpoint>& endpoints,
                     const std::vector<const Node*>& nodes, Place of_owner, std::string_view title,
                     Mistakes& mistakes);

void check_site_view(const Draft& draft, Mistakes& mistakes);
void check_hub_view(const Draft& draft, Mistakes& mistakes);
/// The part of check_hub_view() that deals with [people] and [[group]].
void check_people(const Draft& draft, Mistakes& mistakes);

}  // namespace kaido::config
