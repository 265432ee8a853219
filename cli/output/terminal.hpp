// What the terminal can do, and how numbers look on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaido::cli {

enum class Colour : std::uint8_t { none, red, green, yellow, dim, bold };

/// Paints, or does not: colour is only for a terminal, or where CLICOLOR_FORCE asks for it
/// (https://bixense.com/clicolors), and never with NO_COLOR set (https://no-color.org) or
/// TERM=dumb.
class Style {
 public:
  explicit Style(bool colour = false) : colour_(colour) {}
  [[nodiscard]] static Style for_stdout();
  [[nodiscard]] static Style for_stderr();
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;

 private:
  bool colour_;
};

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 0;  ///< 0: as many as there are lines
};
/// Of standard output; where that is no terminal COLUMNS and LINES tell, else the defaults above.
[[nodiscard]] TerminalSize terminal_size();

/// Columns that the text takes: East Asian wide and full-width characters and pictographs take two
/// (Unicode UAX #11), combining marks none. Escape sequences must not be in it.
[[nodiscard]] std::size_t display_width(std::string_view utf8);

/// The bytes of the first character of a text that is not empty; 0: it is no UTF-8 (RFC 3629).
[[nodiscard]] std::size_t character_length(std::string_view text);

/// The text without what could play tricks on a terminal or on its reader: control characters,
/// broken UTF-8, and characters that turn the order of a line round.
[[nodiscard]] std::string printable(std::string_view text);

/// "45 s", "2 min", "3 h 4 min", "3 d 4 h"; `seconds` from 0.
[[nodiscard]] std::string duration(std::int64_t seconds);

/// "0 B", "950 B", "1.2 kB", "34 MB", "5.6 GB": three figures at most, powers of 1000.
[[nodiscard]] std::string bytes(std::uint64_t count);

}  // namespace kaido::cli
