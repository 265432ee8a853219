// What goes back to a client, as bytes: the same fixed fields with each.
#pragma once

#include <cstdint>
#include <string>

namespace kaido::portal {

struct Response {
  int status = 200;
  std::string body;              ///< JSON
  std::int64_t retry_after = 0;  ///< seconds; 0: not said
  bool close = false;            ///< the connection ends with it
};

/// What ends a connection: {"outcome":"bad-request","reason":REASON}.
[[nodiscard]] Response bad_request(int status, const char* reason);
[[nodiscard]] Response unavailable();

[[nodiscard]] std::string to_bytes(const Response& response);

}  // namespace kaido::portal
