#include "portal/response.hpp"

namespace kaido::portal {
namespace {

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 303:
      return "See Other";
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

const char* type_of(Content content) {
  switch (content) {
    case Content::json:
      return "application/json";
    case Content::page:
      return "text/html; charset=utf-8";
    case Content::style:
      return "text/css; charset=utf-8";
    case Content::image:
      return "image/svg+xml";
    case Content::configuration:
      return "text/plain; charset=utf-8";
  }
  return "";
}

constexpr char kOfPages[] =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n";
constexpr char kOfOthers[] = "Content-Security-Policy: default-src 'none'\r\n";
constexpr char kFixedFields[] =
    "Cache-Control: no-store\r\n"
    "Strict-Transport-Security: max-age=63072000\r\n"
    "X-Content-Type-Options: nosniff\r\n";
// Not no-referrer: with it browsers send "Origin: null" with a form (Fetch, "append a request
// Origin header"), and the check of where it came from would have nothing to look at.
constexpr char kOfBrowsers[] =
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

std::string fixed_fields(Content content) {
  std::string text = "Content-Type: ";
  text.append(type_of(content)).append("\r\n").append(kFixedFields);
  text.append(content == Content::page ? kOfPages : kOfOthers);
  if (content != Content::json) text.append(kOfBrowsers);
  if (content == Content::configuration)
    text += "Content-Disposition: attachment; filename=\"kaido.conf\"\r\n";
  return text;
}

}  // namespace

Response bad_request(int status, const char* reason) {
  // The reasons are texts of ours that need no escape.
  return {.status = status,
          .body = std::string(R"({"outcome":"bad-request","reason":")") + reason + "\"}"};
}

Response unavailable() { return {.status = 503, .body = R"({"outcome":"unavailable"})"}; }

Response see_other(const char* path) {
  return {.status = 303, .content = Content::page, .location = path};
}

std::string to_bytes(const Response& response) {
  auto text = "HTTP/1.1 " + std::to_string(response.status) + ' ' + reason_of(response.status);
  text.append("\r\n").append(fixed_fields(response.content));
  if (response.allow != nullptr) text.append("Allow: ").append(response.allow).append("\r\n");
  if (!response.location.empty())
    text.append("Location: ").append(response.location).append("\r\n");
  for (const auto& cookie : response.cookies)
    text.append("Set-Cookie: ").append(cookie).append("\r\n");
  if (response.refresh > 0) text += "Refresh: " + std::to_string(response.refresh) + "\r\n";
  if (response.retry_after > 0)
    text += "Retry-After: " + std::to_string(response.retry_after) + "\r\n";
  if (response.close) text += "Connection: close\r\n";
  text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n";
  // All of it at once: a text that grows leaves copies behind.
  text.reserve(text.size() + response.body.size());
  return text += response.body;
}

}  // namespace kaido::portal
