#include "core/debian_version.hpp"

#include <algorithm>
#include <utility>

namespace kaido {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Of the first character, the end (0) among them.
int rank(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return 0;
  const auto c = static_cast<unsigned char>(text.front());
  if (c == '~') return -1;
  return is_letter(text.front()) ? c : c + 256;
}

std::string_view take_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  auto number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

/// Numbers without leading zeros.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (const auto order = a.size() <=> b.size(); order != 0) return order;
  return a <=> b;
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !is_digit(a.front())) || (!b.empty() && !is_digit(b.front()))) {
      if (const auto order = rank(a) <=> rank(b); order != 0) return order;
      a.remove_prefix(std::min<std::size_t>(1, a.size()));
      b.remove_prefix(std::min<std::size_t>(1, b.size()));
    }
    const auto of_a = take_number(a);
    const auto of_b = take_number(b);
    if (const auto order = compare_numbers(of_a, of_b); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

struct Parts {
  std::string_view epoch;
  std::string_view upstream;
  std::string_view revision;
};

Parts parts_of(std::string_view version) {
  Parts parts{.epoch = "0", .upstream = version, .revision = "0"};
  if (const auto colon = version.find(':'); colon != std::string_view::npos) {
    parts.epoch = version.substr(0, colon);
    parts.upstream = version.substr(colon + 1);
  }
  if (const auto dash = parts.upstream.rfind('-'); dash != std::string_view::npos) {
    parts.revision = parts.upstream.substr(dash + 1);
    parts.upstream = parts.upstream.substr(0, dash);
  }
  return parts;
}

}  // namespace

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  const auto of_a = parts_of(a);
  const auto of_b = parts_of(b);
  if (const auto order = compare_parts(of_a.epoch, of_b.epoch); order != 0) return order;
  if (const auto order = compare_parts(of_a.upstream, of_b.upstream); order != nullptr)
    return order;
  return compare_parts(of_a.revision, of_b.revision);
}

std::string_view upstream_version(std::string_view version) { return parts_of(version).upstream; }

}  // namespace kaido
