#include "portal/routes.hpp"

#include <algorithm>
#include <array>

namespace kaido::portal {
namespace {

constexpr std::array kRoutes{RoutePath{.path = "/api/v1/nonce", .route = Route::nonce},
                             RoutePath{.path = "/api/v1/login", .route = Route::login},
                             RoutePath{.path = "/api/v1/session", .route = Route::session}};

std::unexpected<Response> refuse(int status, const char* reason) {
  return std::unexpected(bad_request(status, reason));
}

char small(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// "application/json", and what may follow after a semicolon.
bool is_json(std::string_view type) {
  constexpr std::string_view kJson = "application/json";
  auto essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ') || essence.ends_with('\t')) essence.remove_suffix(1);
  return std::ranges::equal(essence, kJson, {}, small);
}

}  // namespace

std::span<const RoutePath> routes() { return kRoutes; }

std::expected<Route, Response> route_of(const Head& head, const Names& names) {
  if (!head.is_current) return refuse(400, "HTTP/1.1 is needed");
  if (!head.host) return refuse(400, "one Host is needed");
  if (!names.has(*head.host)) return refuse(421, "no such host here");
  const auto* const found = std::ranges::find(kRoutes, head.target, &RoutePath::path);
  if (found == kRoutes.end()) return refuse(404, "no such resource");
  if (head.method != "POST") return refuse(405, "the method must be POST");
  if (head.has_encoding || !is_json(head.content_type))
    return refuse(415, "the content must be application/json");
  return found->route;
}

}  // namespace kaido::portal
