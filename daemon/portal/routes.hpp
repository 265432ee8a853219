// What there is to ask for, and what is refused before its body is read.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>
#include <variant>

#include "portal/http.hpp"
#include "portal/names.hpp"
#include "portal/peer.hpp"
#include "portal/response.hpp"

namespace kaido::portal {

/// Of the API for Kaido's own clients.
enum class Route : std::uint8_t { nonce, login, session };

struct RoutePath {
  std::string_view path;
  Route route;
};
/// All of them; each is a POST of JSON.
[[nodiscard]] std::span<const RoutePath> routes();

/// For browsers.
enum class Page : std::uint8_t {
  home,  ///< the form, or what a person does at a name that asks for no certificate
  style,
  log_in,
  session,
  extend,
  log_out,
  logged_out,
  devices,
  configuration,
  configuration_file,
  configuration_image,
};

struct PagePath {
  std::string_view path;
  Page page;
  bool is_form = false;  ///< a POST of a form; the others are a GET
  bool for_all = false;  ///< also where no certificate is asked for
};
[[nodiscard]] std::span<const PagePath> pages();

using Target = std::variant<Route, Page>;

/// `login_host`: normal, as in Settings. A Host that is not the name of the handshake is refused: a
/// certificate counts where it was asked for.
[[nodiscard]] std::expected<Target, Response> target_of(const Head& head, const Names& names,
                                                        const Peer& peer,
                                                        std::string_view login_host);

}  // namespace kaido::portal
