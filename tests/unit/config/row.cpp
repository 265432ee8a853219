#include "unit/config/row.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

std::vector<std::string> told(const Row& row) {
  const auto text = replaced(read_text(std::filesystem::path(DATA) / row.sample), row.from, row.to);
  const auto loaded = load_text(text, "k.toml", {.now = kNow, .read_files = false});
  std::vector<std::string> lines;
  if (!loaded)
    for (const auto& mistake : loaded.error()) lines.push_back(mistake.to_string());
  return lines;
}

}  // namespace

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

void expect_told(const Row& row) {
  const auto lines = told(row);
  const auto& expected = row.expected;
  for (std::size_t i = 0; i < std::max(lines.size(), expected.size()); ++i) {
    if (i >= lines.size())
      ADD_FAILURE() << "not told: " << expected[i];
    else if (i >= expected.size())
      ADD_FAILURE() << "told without need: " << lines[i];
    else
      EXPECT_NE(lines[i].find(expected[i]), std::string::npos)
          << "told: " << lines[i] << "\nexpected: " << expected[i];
  }
}

}  // namespace kaido::config
