#include "core/desired/nft_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kaido::nft {

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

void Elements::add(const Prefix& prefix, std::string_view device) {
  auto& elements = prefix.family() == Family::v4 ? v4 : v6;
  elements.push_back({.device = std::string(device), .prefix = prefix});
}

void Elements::add_all(std::vector<Prefix> prefixes, std::string_view device) {
  for (const auto& prefix : outermost(std::move(prefixes))) add(prefix, device);
}

namespace {
FirewallSet make_set(SetKey key, std::vector<FirewallElement> elements) {
  std::ranges::sort(elements);
  const auto twice = std::ranges::unique(elements);
  elements.erase(twice.begin(), twice.end());
  return {.key = key, .elements = std::move(elements)};
}
}  // namespace

void add_sets(FirewallTable& table, std::string_view name, Elements elements, bool by_device) {
  const auto add = [&](char family, SetKey key, std::vector<FirewallElement>& of_family) {
    table.sets.emplace(fmt::format("{}{}", name, family), make_set(key, std::move(of_family)));
  };
  add('4', by_device ? SetKey::device_ipv4 : SetKey::ipv4, elements.v4);
  add('6', by_device ? SetKey::device_ipv6 : SetKey::ipv6, elements.v6);
}

std::string for_both(std::string_view rule) {
  std::string text;
  for (const char family : {'4', '6'}) {
    text += "    ";
    for (std::size_t i = 0; i < rule.size(); ++i) {
      if (rule[i] != '%') {
        text += rule[i];
        continue;
      }
      ++i;
      if (rule[i] == '4') text += family;
      if (rule[i] == 'a') text += family == '4' ? "ip" : "ip6";
    }
    text += '\n';
  }
  return text;
}

std::string names_of(const std::vector<std::string>& devices) {
  std::string text;
  for (const auto& device : devices) text += (text.empty() ? "" : ", ") + quoted(device);
  return text;
}

std::vector<Prefix> outermost(std::vector<Prefix> prefixes) {
  std::ranges::sort(prefixes);  // what contains another comes before it
  std::vector<Prefix> result;
  for (const auto& prefix : prefixes)
    if (result.empty() || !result.back().contains(prefix)) result.push_back(prefix);
  return result;
}

}  // namespace kaido::nft
