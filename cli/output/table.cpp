#include "output/table.hpp"

#include <algorithm>
#include <utility>

namespace kaido::cli {

void Table::titles(std::vector<std::string> titles) { titles_ = std::move(titles); }

void Table::align_right(std::size_t column) {
  if (right_.size() <= column) right_.resize(column + 1);
  right_[column] = true;
}

void Table::add(Row row) {
  for (auto& cell : row) cell.text = printable(cell.text);
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  // A column with nothing in it has width 0 here and is left out, its title too.
  for (std::size_t i = 0; i < std::min(widths.size(), titles_.size()); ++i)
    if (widths[i] > 0) widths[i] = std::max(widths[i], display_width(titles_[i]));
  return widths;
}

std::string Table::draw_row(const Row& row, const std::vector<std::size_t>& widths,
                            const Style& style) const {
  std::string line(indent_, ' ');
  std::size_t owed = 0;  // spaces before the next text, so that none are left at the end
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] == 0) continue;
    const Cell empty;
    const auto& cell = i < row.size() ? row[i] : empty;
    const auto fill = widths[i] - display_width(cell.text);
    const bool right = i < right_.size() && right_[i];
    if (!cell.text.empty()) {
      line.append(owed + (right ? fill : 0), ' ');
      line += style.paint(cell.colour, cell.text);
      owed = (right ? 0 : fill) + 2;
    } else {
      owed += fill + 2;
    }
  }
  return line + '\n';
}

std::string Table::draw(const Style& style) const {
  const auto columns = widths();
  std::string text;
  if (!titles_.empty() && !rows_.empty()) {
    Row row;
    for (const auto& title : titles_) row.push_back({title, Colour::dim});
    for (std::size_t i = 0; i < std::min(row.size(), columns.size()); ++i)
      if (columns[i] == 0) row[i].text.clear();
    text += draw_row(row, columns, style);
  }
  for (const auto& row : rows_) text += draw_row(row, columns, style);
  return text;
}

}  // namespace kaido::cli
