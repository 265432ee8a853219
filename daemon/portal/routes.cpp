#include "portal/routes.hpp"

#include <algorithm>
#include <array>

namespace kaido::portal {
namespace {

constexpr std::array kRoutes{RoutePath{.path = "/api/v1/nonce", .route = Route::nonce},
                             RoutePath{.path = "/api/v1/login", .route = Route::login},
                             RoutePath{.path = "/api/v1/session", .route = Route::session}};

constexpr std::array kPages{
    PagePath{.path = "/", .page = Page::home, .for_all = true},
    PagePath{.path = "/style.css", .page = Page::style, .for_all = true},
    PagePath{.path = "/login", .page = Page::log_in, .is_form = true},
    PagePath{.path = "/session", .page = Page::session},
    PagePath{.path = "/session/extend", .page = Page::extend, .is_form = true},
    PagePath{.path = "/session/log-out", .page = Page::log_out, .is_form = true},
    PagePath{.path = "/logged-out", .page = Page::logged_out},
    PagePath{.path = "/devices", .page = Page::devices},
    PagePath{.path = "/configuration", .page = Page::configuration},
    PagePath{.path = "/configuration/kaido.conf", .page = Page::configuration_file},
    PagePath{.path = "/configuration/qr.svg", .page = Page::configuration_image}};

std::unexpected<Response> refuse(int status, const char* reason) {
  return std::unexpected(bad_request(status, reason));
}

std::unexpected<Response> refuse_method(const char* allowed, const char* reason) {
  auto response = bad_request(405, reason);
  response.allow = allowed;
  return std::unexpected(std::move(response));
}

char small(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// What it is without what may follow after a semicolon.
bool is_of_type(std::string_view field, std::string_view type) {
  auto essence = field.substr(0, field.find(';'));
  while (essence.ends_with(' ') || essence.ends_with('\t')) essence.remove_suffix(1);
  return std::ranges::equal(essence, type, {}, small);
}

std::expected<Target, Response> of_api(const Head& head, Route route) {
  if (head.method != "POST") return refuse_method("POST", "the method must be POST");
  if (head.has_encoding || !is_of_type(head.content_type, "application/json"))
    return refuse(415, "the content must be application/json");
  return route;
}

std::expected<Target, Response> of_page(const Head& head, const PagePath& page) {
  if (page.is_form && head.method != "POST")
    return refuse_method("POST", "the method must be POST");
  if (!page.is_form && head.method != "GET") return refuse_method("GET", "the method must be GET");
  if (page.is_form &&
      (head.has_encoding || !is_of_type(head.content_type, "application/x-www-form-urlencoded")))
    return refuse(415, "the content must be application/x-www-form-urlencoded");
  return page.page;
}

}  // namespace

std::span<const RoutePath> routes() { return kRoutes; }
std::span<const PagePath> pages() { return kPages; }

std::expected<Target, Response> target_of(const Head& head, const Names& names, const Peer& peer,
                                          std::string_view login_host) {
  if (!head.is_current) return refuse(400, "HTTP/1.1 is needed");
  if (!head.host) return refuse(400, "one Host is needed");
  if (!names.has(*head.host)) return refuse(421, "no such host here");
  const auto host = host_of(*head.host);
  if (!peer.server_name.empty() && host != peer.server_name)
    return refuse(421, "the connection is for another host");
  if (!peer.was_asked && host == login_host)
    return refuse(421, "the connection is for no host that logs in");
  const auto* const route = std::ranges::find(kRoutes, head.target, &RoutePath::path);
  if (route != kRoutes.end()) return of_api(head, route->route);
  const auto path = std::string_view(head.target).substr(0, head.target.find('?'));
  const auto* const page = std::ranges::find(kPages, path, &PagePath::path);
  if (page == kPages.end() || (!page->for_all && !peer.was_asked))
    return refuse(404, "no such resource");
  return of_page(head, *page);
}

}  // namespace kaido::portal
