// What kaidod answered, as it goes back to the client.
#pragma once

#include <optional>

#include "kaido/portal_link.hpp"
#include "portal/response.hpp"
#include "portal/routes.hpp"

namespace kaido::portal {

/// nullopt: kaidod did not answer. What does not fit the route is said to be unavailable, too.
[[nodiscard]] Response reply_to(Route route, const std::optional<Body>& answer);

}  // namespace kaido::portal
