#include "portal/response.hpp"

namespace kaido::portal {
namespace {

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Bad Request";
  }
}

constexpr char kFixedFields[] =
    "Content-Type: application/json\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'\r\n"
    "Strict-Transport-Security: max-age=63072000\r\n"
    "X-Content-Type-Options: nosniff\r\n";

}  // namespace

Response bad_request(int status, const char* reason) {
  // The reasons are texts of ours that need no escape.
  return {.status = status,
          .body = std::string(R"({"outcome":"bad-request","reason":")") + reason + "\"}"};
}

Response unavailable() { return {.status = 503, .body = R"({"outcome":"unavailable"})"}; }

std::string to_bytes(const Response& response) {
  auto text = "HTTP/1.1 " + std::to_string(response.status) + ' ' + reason_of(response.status);
  text.append("\r\n").append(kFixedFields);
  if (response.status == 405) text += "Allow: POST\r\n";
  if (response.retry_after > 0)
    text += "Retry-After: " + std::to_string(response.retry_after) + "\r\n";
  if (response.close) text += "Connection: close\r\n";
  text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n";
  return text + response.body;
}

}  // namespace kaido::portal
