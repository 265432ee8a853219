#include "core/desired/nft_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kaido::nft {

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

void Elements::add(const Prefix& prefix, std::string_view device) {
  auto& text = prefix.family() == Family::v4 ? v4 : v6;
  if (!text.empty()) text += ", ";
  if (!device.empty()) text += quoted(device) + " . ";
  text += prefix.to_string();
}

void Elements::add_all(std::vector<Prefix> prefixes, std::string_view device) {
  for (const auto& prefix : outermost(std::move(prefixes))) add(prefix, device);
}

namespace {
std::string set(std::string_view name, std::string_view type, const std::string& elements) {
  std::string text = fmt::format("  set {} {{ type {}; flags interval;", name, type);
  if (!elements.empty()) text += " elements = { " + elements + " }";
  return text + " }\n";
}
}  // namespace

std::string sets(std::string_view name, const Elements& elements, bool by_device) {
  const std::string device = by_device ? "ifname . " : "";
  return set(fmt::format("{}4", name), device + "ipv4_addr", elements.v4) +
         set(fmt::format("{}6", name), device + "ipv6_addr", elements.v6);
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
