#include "output/mistakes.hpp"

#include <fmt/format.h>

#include <sstream>
#include <vector>

#include "text.hpp"

namespace kaido::cli {
namespace {

std::vector<std::string> split(const std::string& source) {
  std::vector<std::string> lines;
  std::istringstream stream(source);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The bytes of `line` before the column-th character (from 1).
std::string before(const std::string& line, std::uint32_t column) {
  std::size_t at = 0;
  for (std::uint32_t i = 1; i < column && at < line.size(); ++i) {
    ++at;
    while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) ++at;
  }
  return line.substr(0, at);
}

std::string draw_place(const Diagnostic& mistake, const std::string& line, const Style& style) {
  const auto number = fmt::format("{:>5} | ", mistake.line);
  const auto gap = display_width(printable(before(line, mistake.column)));
  return fmt::format("{}{}\n{}{}{}\n", style.paint(Colour::dim, number), printable(line),
                     style.paint(Colour::dim, "      | "), std::string(gap, ' '),
                     style.paint(Colour::red, "^"));
}

}  // namespace

std::string draw_mistakes(const Diagnostics& mistakes, const std::string& source,
                          const Style& style) {
  const auto lines = split(source);
  std::string drawn;
  for (const auto& mistake : mistakes) {
    const auto place = mistake.line == 0
                           ? mistake.file
                           : fmt::format("{}:{}:{}", mistake.file, mistake.line, mistake.column);
    if (!place.empty()) drawn += style.paint(Colour::bold, printable(place) + ":") + ' ';
    drawn += style.paint(Colour::red, text::mistake) + printable(mistake.message) + '\n';
    if (mistake.line > 0 && mistake.line <= lines.size())
      drawn += draw_place(mistake, lines[mistake.line - 1], style);
    if (!mistake.hint.empty())
      drawn += style.paint(Colour::dim, "      = ") + printable(mistake.hint) + '\n';
  }
  return drawn;
}

}  // namespace kaido::cli
