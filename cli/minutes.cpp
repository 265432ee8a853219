#include "minutes.hpp"

#include <charconv>
#include <system_error>

namespace kaido::cli {
namespace {

constexpr std::uint32_t hour = 60;
constexpr std::uint32_t day = 24 * hour;
constexpr std::uint32_t longest = 7 * day;

std::optional<std::uint32_t> unit_of(char letter) {
  switch (letter) {
    case 'm':
      return 1;
    case 'h':
      return hour;
    case 'd':
      return day;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::uint32_t> parse_minutes(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto unit = unit_of(text.back());
  text.remove_suffix(1);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!unit || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number == 0 || number > longest / *unit) return std::nullopt;
  return number * *unit;
}

}  // namespace kaido::cli
