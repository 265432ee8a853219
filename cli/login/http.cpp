#include "login/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <span>

namespace kaido::cli::login {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2

struct Head {
  unsigned status = 0;
  std::optional<std::size_t> length;
  bool keep_alive = true;
  bool json = false;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || token_marks.contains(c);
  });
}

bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <typename T>
bool parse_number(std::string_view text, T& to) {
  const std::span bytes(text);
  const auto* const end = std::to_address(bytes.end());
  const auto [at, error] = std::from_chars(std::to_address(bytes.begin()), end, to);
  return error == std::errc() && at == end && !text.empty() && is_digit(text.front());
}

std::unexpected<Trouble> wrong(const char* what) { return trouble(Reason::not_understood, what); }

/// "HTTP/1.1 200 OK"
bool take_status(std::string_view line, Head& head) {
  constexpr std::string_view version = "HTTP/1.1 ";
  constexpr std::size_t digits = 3;
  if (!line.starts_with(version)) return false;
  line.remove_prefix(version.size());
  // A server may leave the reason out, and the space before it is often gone then.
  if (line.size() < digits || (line.size() > digits && line[digits] != ' ')) return false;
  return is_value(line) && parse_number(line.substr(0, digits), head.status) && head.status >= 200;
}

Got<void> take_field(std::string_view line, Head& head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) || !is_value(line))
    return wrong("a header field");
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1));
  if (same(name, "Transfer-Encoding")) return wrong("Transfer-Encoding");
  if (same(name, "Content-Encoding")) return wrong("Content-Encoding");
  if (same(name, "Content-Type"))
    head.json = same(trimmed(value.substr(0, value.find(';'))), "application/json");
  if (same(name, "Connection") && !same(value, "keep-alive")) head.keep_alive = false;
  if (!same(name, "Content-Length")) return {};
  std::size_t length = 0;
  if (head.length || !parse_number(value, length)) return wrong("Content-Length");
  if (length > kLargestBody) return trouble(Reason::too_long);
  head.length = length;
  return {};
}

/// `text` ends with the last field's line end.
Got<Head> parse_head(std::string_view text) {
  Head head;
  for (bool first = true; !text.empty(); first = false) {
    const auto end = text.find(line_end);
    const auto line = text.substr(0, end);
    text.remove_prefix(end + line_end.size());
    if (first && !take_status(line, head)) return wrong("the status line");
    if (first) continue;
    if (const auto taken = take_field(line, head); !taken) return std::unexpected(taken.error());
  }
  if (!head.length) return wrong("Content-Length");
  return head;
}

}  // namespace

Secret post_request(const HubUrl& url, std::string_view path, const Secret& body) {
  const auto head = fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: kaido/{}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\nConnection: keep-alive\r\n\r\n",
      path, url.authority(), KAIDO_VERSION, body.size());
  auto request = Secret::zeros(head.size() + body.size());
  const auto bytes = request.writable();
  std::ranges::copy(head, bytes.begin());
  std::ranges::copy(body.reveal(), bytes.begin() + static_cast<std::ptrdiff_t>(head.size()));
  return request;
}

Got<std::optional<Response>> parse_response(std::string_view bytes) {
  constexpr std::string_view head_end = "\r\n\r\n";
  // Something else than HTTP is not waited for.
  constexpr std::string_view beginning = "HTTP/1.1 ";
  if (bytes.substr(0, beginning.size()) != beginning.substr(0, bytes.size()))
    return wrong("the status line");
  const auto end = bytes.substr(0, kLargestHead).find(head_end);
  if (end == std::string_view::npos) {
    if (bytes.size() >= kLargestHead) return trouble(Reason::too_long);
    return std::nullopt;
  }
  const auto head = parse_head(bytes.substr(0, end + line_end.size()));
  if (!head) return std::unexpected(head.error());
  const auto body = bytes.substr(end + head_end.size());
  const auto length = head->length.value_or(0);  // parse_head() wants one
  if (body.size() > length) return wrong("bytes behind the answer");
  if (body.size() < length) return std::nullopt;
  // A body that is not JSON is of no use, and its status may still say why.
  return Response{.status = head->status,
                  .body = head->json ? std::string(body) : std::string(),
                  .keep_alive = head->keep_alive};
}

}  // namespace kaido::cli::login
