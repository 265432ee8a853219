#include "output/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace kaido::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15, East_Asian_Width W and F, in blocks as coarse as the terminals' own tables.
constexpr std::array wide{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2329, 0x232A},
    Range{0x23E9, 0x23EC},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
    Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
    Range{0x20000, 0x3FFFD},
};
constexpr std::array zero{
    Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0x3099, 0x309A},
    Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F},
};

bool in(const auto& ranges, char32_t code) {
  return std::ranges::any_of(ranges,
                             [=](const Range& r) { return r.first <= code && code <= r.last; });
}

/// What can turn the order of a line round, or break it (UAX #9, U+2028 and U+2029).
constexpr std::array deceiving{Range{0x2028, 0x202E}, Range{0x2066, 0x2069}};

/// How many bytes the lead of a character announces.
std::size_t announced(unsigned char lead) {
  if (lead >= 0xF0) return 4;
  if (lead >= 0xE0) return 3;
  return lead >= 0xC0 ? 2 : 1;
}

/// The next code point, and how many bytes it took; a broken byte (RFC 3629) counts as one
/// character. So nothing that follows a cut character is taken for a part of it.
std::pair<char32_t, std::size_t> next(std::string_view text) {
  static constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(text[0]);
  const auto length = announced(lead);
  if (length == 1 || text.size() < length) return {lead, 1};
  auto code = static_cast<char32_t>(lead & (0xFF >> (length + 1)));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {lead, 1};
    code = (code << 6) | (byte & 0x3F);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least.at(length) || code > 0x10FFFF || surrogate) return {lead, 1};
  return {code, length};
}

Style style_for(int descriptor) {
  const auto* no_colour = std::getenv("NO_COLOR");
  const auto* terminal = std::getenv("TERM");
  if (no_colour && *no_colour) return Style(false);
  const auto* force = std::getenv("CLICOLOR_FORCE");
  if (force && *force && std::string_view(force) != "0") return Style(true);
  if (terminal && std::string_view(terminal) == "dumb") return Style(false);
  return Style(isatty(descriptor) == 1);
}

}  // namespace

Style Style::for_stdout() { return style_for(STDOUT_FILENO); }
Style Style::for_stderr() { return style_for(STDERR_FILENO); }

TerminalSize terminal_size() {
  TerminalSize size;
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
    return {window.ws_col, window.ws_row};
  const auto told = [](const char* name, std::size_t& to) {
    const auto* text = std::getenv(name);
    if (text) std::from_chars(text, text + std::strlen(text), to);
  };
  told("COLUMNS", size.columns);
  told("LINES", size.rows);
  return size;
}

std::string Style::paint(Colour colour, std::string_view text) const {
  static constexpr std::array codes{"", "31", "32", "33", "2", "1"};
  if (!colour_ || colour == Colour::none || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", codes.at(static_cast<std::size_t>(colour)), text);
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    const auto [code, length] = next(utf8);
    width += in(zero, code) ? 0 : in(wide, code) ? 2 : 1;
    utf8.remove_prefix(length);
  }
  return width;
}

std::size_t character_length(std::string_view text) {
  const auto [code, length] = next(text);
  return length == 1 && code >= 0x80 ? 0 : length;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto [code, length] = next(text);
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool broken = length == 1 && code >= 0x80;
    if (control || broken || in(deceiving, code))
      result += code == '\t' ? ' ' : '?';
    else
      result += text.substr(0, length);
    text.remove_prefix(length);
  }
  return result;
}

std::string duration(std::int64_t seconds) {
  seconds = std::max<std::int64_t>(seconds, 0);
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  if (seconds < minute) return fmt::format("{} s", seconds);
  if (seconds < hour) return fmt::format("{} min", seconds / minute);
  if (seconds < day) return fmt::format("{} h {} min", seconds / hour, seconds % hour / minute);
  if (seconds < 30 * day) return fmt::format("{} d {} h", seconds / day, seconds % day / hour);
  return fmt::format("{} d", seconds / day);
}

std::string bytes(std::uint64_t count) {
  if (count < 1000) return fmt::format("{} B", count);
  auto value = static_cast<double>(count);
  std::size_t unit = 0;
  static constexpr std::string_view units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  while (value >= 999.5) {
    value /= 1000;
    ++unit;
  }
  return value < 9.95 ? fmt::format("{:.1f} {}", value, units[unit])
                      : fmt::format("{:.0f} {}", value, units[unit]);
}

}  // namespace kaido::cli
