// The code that can admit anybody is named in one place, and small enough to be read in one go.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "rules.hpp"

namespace kaido::arrows {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot(KAIDO_SOURCE);
constexpr std::size_t kMostLines = 1500;

/// Each file of the list, with the test programs that catch its mutants.
std::map<std::string, std::vector<std::string>> admitting() {
  std::map<std::string, std::vector<std::string>> listed;
  std::ifstream in(kRoot / "tests/mutation/admitting.txt");
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string file;
    words >> file;
    for (std::string program; words >> program;) listed[file].push_back(program);
  }
  return listed;
}

std::size_t lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  return lines;
}

TEST(Admitting, IsAListOfFilesThatAreThereWithTheirTests) {
  EXPECT_FALSE(admitting().empty());
  for (const auto& [file, programs] : admitting()) {
    EXPECT_TRUE(fs::is_regular_file(kRoot / file)) << file;
    EXPECT_FALSE(programs.empty()) << file;
  }
}

TEST(Admitting, TakesAtMost1500Lines) {
  std::size_t lines = 0;
  for (const auto& [file, programs] : admitting()) lines += lines_of(kRoot / file);
  EXPECT_LE(lines, kMostLines);
}

TEST(Admitting, IsPureWhereItDecides) {
  std::size_t pure = 0;
  for (const auto& file : read_files(kRoot, folder_of("core"), {".cpp"})) {
    const bool listed = admitting().contains(file.path.generic_string());
    if (!listed || !file.path.generic_string().contains("core/session/")) continue;
    ++pure;
    EXPECT_TRUE(impurities(file).empty()) << file.path;
  }
  EXPECT_EQ(pure, 4U) << "decision, limits, hours, admissions";
}

}  // namespace
}  // namespace kaido::arrows
