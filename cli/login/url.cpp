#include "login/url.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <span>

#include "kaido/ip.hpp"

namespace kaido::cli::login {
namespace {

constexpr std::string_view scheme = "https://";
constexpr std::size_t longest_name = 253;  // RFC 1035 §2.3.4, as text
constexpr std::size_t longest_label = 63;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, [](char c) {
           return is_lower(c) || is_digit(c) || c == '-' || c == '_';
         });
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > longest_name) return false;
  for (;;) {
    const auto dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    // The last label has a letter: "10.1" is no name, and no address that everyone reads alike.
    if (dot == std::string_view::npos) return !std::ranges::all_of(name, is_digit);
    name.remove_prefix(dot + 1);
  }
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const std::span bytes(text);
  const auto* const end = std::to_address(bytes.end());
  const auto [at, error] = std::from_chars(std::to_address(bytes.begin()), end, port);
  if (error != std::errc() || at != end || port == 0) return std::nullopt;
  return port;
}

/// What comes before the port: the end of it in `text`.
std::optional<std::size_t> take_host(std::string_view text, HubUrl& url) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const auto address = IpAddress::parse(text.substr(1, close - 1));
    if (!address || address->is_v4()) return std::nullopt;
    url.host = address->to_string();
    url.is_address = url.is_v6 = true;
    return close + 1;
  }
  const auto end = std::min(text.find(':'), text.size());
  url.host = text.substr(0, end);
  std::ranges::transform(url.host, url.host.begin(), lower);
  url.is_address = IpAddress::parse(url.host).has_value();
  if (!url.is_address && !is_name(url.host)) return std::nullopt;
  return end;
}

}  // namespace

std::string HubUrl::authority() const {
  auto text = is_v6 ? '[' + host + ']' : host;
  constexpr std::uint16_t usual = 443;
  if (port != usual) text += ':' + std::to_string(port);
  return text;
}

std::string HubUrl::to_string() const { return std::string(scheme) + authority(); }

std::optional<HubUrl> parse_url(std::string_view text) {
  if (!std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, lower)) return std::nullopt;
  text.remove_prefix(scheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  HubUrl url;
  const auto end = take_host(text, url);
  if (!end) return std::nullopt;
  text.remove_prefix(*end);
  if (text.empty()) return url;
  if (!text.starts_with(':')) return std::nullopt;
  const auto port = parse_port(text.substr(1));
  if (!port) return std::nullopt;
  url.port = *port;
  return url;
}

}  // namespace kaido::cli::login
