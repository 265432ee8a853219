// Questions for kaidod out of JSON that a stranger sent.
#pragma once

#include <optional>
#include <string>

#include "kaido/portal_link.hpp"
#include "portal/routes.hpp"

namespace kaido::portal {

/// nullopt: it is not what the route takes. Every field is there and none else; `wireguard_key` may
/// be left out. What it took apart is wiped.
[[nodiscard]] std::optional<Body> parse_request(Route route, const Secret& json,
                                                const std::string& source);

}  // namespace kaido::portal
