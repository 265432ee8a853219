#include "portal/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace kaido::portal {
namespace {

/// By its first byte; 0: it begins no character.
std::size_t size_of(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/// Shortest forms only, no surrogates, nothing past U+10FFFF.
bool is_character(std::uint32_t code, std::size_t size) {
  if (size == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return false;
  if (size == 4 && (code < 0x10000 || code > 0x10ffff)) return false;
  return code >= 0xa0 || (code >= ' ' && code < 0x7f);
}

}  // namespace

bool is_line(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<std::uint8_t>(text.front());
    const auto size = size_of(first);
    if (size == 0 || size > text.size()) return false;
    std::uint32_t code = size == 1 ? first : first & (0xffU >> (size + 1));
    for (const char each : text.substr(1, size - 1)) {
      const auto byte = static_cast<std::uint8_t>(each);
      if ((byte & 0xc0U) != 0x80) return false;
      code = (code << 6U) | (byte & 0x3fU);
    }
    if (!is_character(code, size)) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace kaido::portal
