// What there is to ask for, and what is refused before its body is read.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "portal/http.hpp"
#include "portal/names.hpp"
#include "portal/response.hpp"

namespace kaido::portal {

enum class Route : std::uint8_t { nonce, login, session };

struct RoutePath {
  std::string_view path;
  Route route;
};
/// All of them; each is a POST of JSON.
[[nodiscard]] std::span<const RoutePath> routes();

[[nodiscard]] std::expected<Route, Response> route_of(const Head& head, const Names& names);

}  // namespace kaido::portal
