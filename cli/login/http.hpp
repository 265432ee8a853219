// As much of HTTP/1.1 (RFC 9112) as a portal speaks, and not a byte more.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "kaido/secret.hpp"
#include "login/trouble.hpp"
#include "login/url.hpp"

namespace kaido::cli::login {

inline constexpr std::size_t kLargestHead = 8'192;
inline constexpr std::size_t kLargestBody = 65'536;

/// A POST of JSON: head and body. It may hold a code.
[[nodiscard]] Secret post_request(const HubUrl& url, std::string_view path, const Secret& body);

struct Response {
  unsigned status = 0;
  std::string body;
  bool keep_alive = true;
  friend bool operator==(const Response&, const Response&) = default;
};

/// Of what has come so far; nullopt: it is not whole yet. Only a length by Content-Length, and
/// nothing behind the body.
[[nodiscard]] Got<std::optional<Response>> parse_response(std::string_view bytes);

}  // namespace kaido::cli::login
