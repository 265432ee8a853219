// The tables of core/failover/README.md say what the source says: every constant with its value and
// file, and tests that exist.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot(KAIDO_SOURCE);
const fs::path kFolder = kRoot / "daemon/kaidod/core/failover";

std::string read(const fs::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// `std::chrono::seconds(5)` is written `5s` in the table.
std::string as_in_table(std::string value) {
  const std::vector<std::pair<std::string, std::string>> units{
      {"seconds", "s"}, {"milliseconds", "ms"}, {"minutes", "min"}};
  for (const auto& [name, unit] : units)
    value =
        std::regex_replace(value, std::regex("std::chrono::" + name + R"(\((\d+)\))"), "$1" + unit);
  return value;
}

struct Constant {
  std::string value;
  std::string file;
  friend bool operator==(const Constant&, const Constant&) = default;
};
void PrintTo(const Constant& constant, std::ostream* out) {
  *out << constant.value << " in " << constant.file;
}
using Constants = std::map<std::string, Constant>;

/// Constants of the folder's files; those within functions, which follow from others, are left out.
Constants constants_of_source() {
  static const std::regex constant(R"(^(?:inline |  static )?constexpr \S+ (k\w+) = ([^;]+);)");
  Constants constants;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const auto extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    std::ifstream in(entry.path());
    std::smatch match;
    for (std::string line; std::getline(in, line);) {
      if (!std::regex_search(line, match, constant)) continue;
      const auto added = constants.emplace(
          match[1].str(), Constant{as_in_table(match[2].str()), entry.path().filename().string()});
      EXPECT_TRUE(added.second) << match[1] << " is the name of two constants";
    }
  }
  return constants;
}

struct Row {
  std::string name;
  Constant constant;
  std::string test;
};

/// | rule | `name` = `value` | `file` | `test` |
std::vector<Row> rows_of_readme() {
  static const std::regex row(R"(\| `(k\w+)` = `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|)");
  const auto text = read(kFolder / "README.md");
  std::vector<Row> rows;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at)
    rows.push_back({(*at)[1], {(*at)[2], (*at)[3]}, (*at)[4]});
  return rows;
}

std::set<std::string> tests_of(const fs::path& folder) {
  static const std::regex test(R"(\bTEST\((\w+), (\w+)\))");
  std::set<std::string> tests;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    const auto text = read(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), test), end; at != end; ++at)
      tests.insert((*at)[1].str() + "." + (*at)[2].str());
  }
  return tests;
}

TEST(FailoverReadme, SaysOfEveryConstantWhatTheSourceSays) {
  const auto source = constants_of_source();
  Constants table;
  for (const auto& [name, constant, test] : rows_of_readme())
    EXPECT_TRUE(table.emplace(name, constant).second) << name << " has two rows";
  EXPECT_GT(source.size(), 70U) << "or the pattern does not match any more";
  for (const auto& [name, constant] : source)
    EXPECT_TRUE(table.contains(name)) << name << " of " << constant.file << " has no row";
  for (const auto& [name, constant] : table) {
    const auto found = source.find(name);
    ASSERT_NE(found, source.end()) << name << " is not in the source";
    EXPECT_EQ(constant, found->second) << name;
  }
}

TEST(FailoverReadme, NamesTestsThatExist) {
  auto tests = tests_of(kRoot / "tests/unit/core");
  tests.merge(tests_of(kRoot / "tests/sim"));
  for (const auto& row : rows_of_readme())
    EXPECT_TRUE(tests.contains(row.test)) << row.test << ", of " << row.name;
}

TEST(FailoverReadme, NamesEveryFileOfTheFolder) {
  const auto text = read(kFolder / "README.md");
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const auto stem = entry.path().stem().string();
    const auto named = [&](const char* extension) {
      return text.find("`" + stem + extension + "`") != std::string::npos;
    };
    if (entry.path().extension() != ".cpp") continue;
    EXPECT_TRUE(named(".cpp") || named(".hpp")) << entry.path().filename();
  }
}

}  // namespace
