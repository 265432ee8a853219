#include "portal/prefixes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace kaido::portal {
namespace {

/// The half of a prefix whose next bit is set, or the one whose next bit is not.
Prefix half_of(const Prefix& prefix, bool upper) {
  auto bytes = prefix.address().bytes();
  const std::size_t bit = prefix.length();
  if (upper) bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (0x80U >> (bit % 8)));
  return {IpAddress(prefix.family(), bytes), static_cast<std::uint8_t>(bit + 1)};
}

/// The prefix around it that is one bit shorter.
Prefix around(const Prefix& prefix) {
  return {prefix.address(), static_cast<std::uint8_t>(prefix.length() - 1)};
}

/// As many prefixes as there are bits between the prefix and the address.
void cut(Prefix prefix, const IpAddress& hole, std::vector<Prefix>& rest) {
  if (!prefix.contains(hole)) return rest.push_back(prefix);
  while (prefix.length() < hole.bits()) {
    const auto lower = half_of(prefix, false);
    const auto upper = half_of(prefix, true);
    const bool is_lower = lower.contains(hole);
    rest.push_back(is_lower ? upper : lower);
    prefix = is_lower ? lower : upper;
  }
}

/// In order; a prefix that is part of another comes right behind it, and the two halves of one
/// beside each other.
std::vector<Prefix> joined(std::vector<Prefix> prefixes) {
  std::ranges::sort(prefixes);
  std::vector<Prefix> fewest;
  for (const auto& prefix : prefixes) {
    if (!fewest.empty() && fewest.back().contains(prefix)) continue;
    fewest.push_back(prefix);
    while (fewest.size() > 1 && fewest.back().length() > 0) {
      const auto whole = around(fewest.back());
      if (half_of(whole, false) != fewest[fewest.size() - 2] ||
          half_of(whole, true) != fewest.back())
        break;
      fewest.pop_back();
      fewest.back() = whole;
    }
  }
  return fewest;
}

}  // namespace

std::vector<Prefix> parse_prefixes(std::string_view text) {
  std::vector<Prefix> prefixes;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    if (const auto prefix = Prefix::parse(word)) prefixes.push_back(*prefix);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return prefixes;
}

std::vector<Prefix> without(std::span<const Prefix> networks, std::span<const IpAddress> holes) {
  std::vector<Prefix> left(networks.begin(), networks.end());
  for (const auto& hole : holes) {
    std::vector<Prefix> rest;
    for (const auto& prefix : left) cut(prefix, hole, rest);
    left = std::move(rest);
  }
  return joined(std::move(left));
}

}  // namespace kaido::portal
