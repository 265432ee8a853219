#include "source.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <fstream>
#include <regex>
#include <sstream>

namespace kaido::arrows {
namespace fs = std::filesystem;
namespace {

/// Where what begins at `at` ends: a comment or a literal; `at` itself when it is code.
std::size_t end_of_no_code(const std::string& text, std::size_t at) {
  const auto behind = [&](const std::string& end, std::size_t from) {
    const auto found = text.find(end, from);
    return found == std::string::npos ? text.size() : found + end.size();
  };
  if (text.compare(at, 2, "//") == 0) return std::min(text.find('\n', at), text.size());
  if (text.compare(at, 2, "/*") == 0) return behind("*/", at + 2);
  if (text.compare(at, 2, "R\"") == 0) {
    const auto open = std::min(text.find('(', at), text.size());
    return behind(")" + text.substr(at + 2, open - at - 2) + "\"", open);
  }
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return at;
  // An apostrophe between digits separates them.
  if (quote == '\'' && at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1])) != 0)
    return at + 1;
  for (++at; at < text.size() && text[at] != quote; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

}  // namespace

std::vector<File> read_files(const fs::path& root, const fs::path& folder,
                             const std::vector<std::string>& endings) {
  std::vector<File> files;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const auto name = entry.path().filename().string();
    if (std::ranges::none_of(endings, [&](const auto& end) { return name.ends_with(end); }))
      continue;
    const std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    files.push_back({fs::relative(entry.path(), root), text.str()});
  }
  return files;
}

std::vector<std::string> includes(const std::string& text) {
  static const std::regex line(R"(^\s*#\s*include\s*([<"][^>"]+[>"]))");
  std::vector<std::string> all;
  std::istringstream in(text);
  std::smatch match;
  for (std::string one; std::getline(in, one);)
    if (std::regex_search(one, match, line)) all.push_back(match[1]);
  return all;
}

std::string code_of(const std::string& text) {
  std::string code;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = end_of_no_code(text, at);
    code += end == at ? text[at] : ' ';
    at = std::max(end, at + 1);
  }
  return code;
}

}  // namespace kaido::arrows
