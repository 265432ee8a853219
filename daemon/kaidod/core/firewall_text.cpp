// A table's value as text in nft's language, and back.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/firewall.hpp"

namespace kaido {
namespace {

constexpr std::array<std::pair<SetKey, std::string_view>, 4> kTypes{{
    {SetKey::ipv4, "ipv4_addr"},
    {SetKey::ipv6, "ipv6_addr"},
    {SetKey::device_ipv4, "ifname . ipv4_addr"},
    {SetKey::device_ipv6, "ifname . ipv6_addr"},
}};

constexpr std::string_view kSet = "  set ";
constexpr std::string_view kType = " { type ";
constexpr std::string_view kFlags = "; flags interval;";
constexpr std::string_view kElements = " elements = { ";
constexpr std::string_view kClosed = " }";
constexpr std::string_view kSeparator = ", ";

std::string_view type_of(SetKey key) {
  return std::ranges::find(kTypes, key, &decltype(kTypes)::value_type::first)->second;
}

/// What stands before `mark`, and leaves both out of `text`; nullopt: there is no such mark.
std::optional<std::string_view> cut(std::string_view& text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto before = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return before;
}

std::optional<FirewallElement> parse_element(std::string_view text) {
  FirewallElement element;
  if (text.starts_with('"')) {
    text.remove_prefix(1);
    const auto device = cut(text, "\" . ");
    if (!device) return std::nullopt;
    element.device = *device;
  }
  const auto prefix = Prefix::parse(text);
  if (!prefix) return std::nullopt;
  element.prefix = *prefix;
  return element;
}

bool parse_elements(std::string_view text, FirewallSet& set) {
  while (!text.empty()) {
    const auto one = cut(text, kSeparator);
    const auto element = parse_element(one.value_or(text));
    if (!one) text = {};
    if (!element || !fits(set.key, *element)) return false;
    set.elements.push_back(*element);
  }
  std::ranges::sort(set.elements);
  const auto twice = std::ranges::unique(set.elements);
  set.elements.erase(twice.begin(), twice.end());
  return true;
}

/// A line as to_nft writes it.
std::optional<std::pair<std::string, FirewallSet>> parse_set(std::string_view line) {
  if (!line.starts_with(kSet) || !line.ends_with(kClosed)) return std::nullopt;
  line.remove_prefix(kSet.size());
  line.remove_suffix(kClosed.size());
  const auto name = cut(line, kType);
  const auto type = name ? cut(line, kFlags) : std::nullopt;
  if (!type) return std::nullopt;
  const auto* known = std::ranges::find(kTypes, *type, &decltype(kTypes)::value_type::second);
  if (known == kTypes.end()) return std::nullopt;
  FirewallSet set{.key = known->first, .elements = {}};
  if (line.empty()) return std::pair(std::string(*name), std::move(set));
  if (!line.starts_with(kElements) || !line.ends_with(kClosed)) return std::nullopt;
  line.remove_prefix(kElements.size());
  line.remove_suffix(kClosed.size());
  if (!parse_elements(line, set)) return std::nullopt;
  return std::pair(std::string(*name), std::move(set));
}

}  // namespace

std::string to_nft(const FirewallElement& element) {
  if (element.device.empty()) return element.prefix.to_string();
  return fmt::format("\"{}\" . {}", element.device, element.prefix.to_string());
}

std::string declaration(const std::string& name, SetKey key) {
  return fmt::format("set {}{}{}{}", name, kType, type_of(key), kFlags);
}

std::string to_nft(const std::string& name, const FirewallSet& set) {
  auto text = declaration(name, set.key);
  if (!set.elements.empty()) {
    text += kElements;
    for (const auto& element : set.elements) {
      if (&element != &set.elements.front()) text += kSeparator;
      text += to_nft(element);
    }
    text += kClosed;
  }
  return text += kClosed;
}

std::string to_nft(const FirewallTable& table) {
  std::string text;
  for (const auto& [name, set] : table.sets) text += "  " + to_nft(name, set) + "\n";
  return text + table.skeleton;
}

FirewallTable from_nft(std::string_view body) {
  FirewallTable table;
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size() - 1);
    const auto line = body.substr(0, end + 1);
    if (auto set = parse_set(line.substr(0, line.find('\n'))))
      table.sets.insert(std::move(*set));
    else
      table.skeleton += line;
    body.remove_prefix(line.size());
  }
  return table;
}

}  // namespace kaido
