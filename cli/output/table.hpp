// Columns that line up, whatever script their text is in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "output/terminal.hpp"

namespace kaido::cli {

class Table {
 public:
  enum class Align : std::uint8_t { left, right };
  struct Cell {
    std::string text;
    Colour colour = Colour::none;
  };
  using Row = std::vector<Cell>;

  /// `indent` spaces before each row, two between columns.
  explicit Table(std::size_t indent = 0) : indent_(indent) {}

  /// A title row; a table without one has no titles.
  void titles(std::vector<std::string> titles);
  /// Columns are left-aligned unless said otherwise.
  void align_right(std::size_t column);
  /// Rows may have fewer cells than others. Control characters in a text are replaced.
  void add(Row row);
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// One line a row, without spaces at its end. Columns that are empty in every row are left out.
  [[nodiscard]] std::string draw(const Style& style) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::string draw_row(const Row& row, const std::vector<std::size_t>& widths,
                                     const Style& style) const;

  std::size_t indent_;
  std::vector<std::string> titles_;
  std::vector<bool> right_;
  std::vector<Row> rows_;
};

}  // namespace kaido::cli
