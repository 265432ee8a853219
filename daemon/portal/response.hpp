// What goes back to a client, as bytes: the same fixed fields with each of a kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kaido::portal {

enum class Content : std::uint8_t {
  json,
  page,           ///< HTML
  style,          ///< CSS
  image,          ///< SVG
  configuration,  ///< a file to be saved: kaido.conf
};

struct Response {
  int status = 200;
  std::string body;
  std::int64_t retry_after = 0;  ///< seconds; 0: not said
  bool close = false;            ///< the connection ends with it
  Content content = Content::json;
  const char* allow = nullptr;       ///< the method that a 405 names
  std::string location;              ///< where a 303 leads
  std::vector<std::string> cookies;  ///< to be set, each with its attributes
  std::int64_t refresh = 0;          ///< seconds until the page is no more true; 0: not said
};

/// What ends a connection: {"outcome":"bad-request","reason":REASON}.
[[nodiscard]] Response bad_request(int status, const char* reason);
[[nodiscard]] Response unavailable();
/// 303: the next request is a GET of `path`.
[[nodiscard]] Response see_other(const char* path);

[[nodiscard]] std::string to_bytes(const Response& response);

}  // namespace kaido::portal
