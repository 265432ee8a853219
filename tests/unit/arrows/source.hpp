// The sources that the checks of the architecture read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kaido::arrows {

/// A text and where it lies, from the top of the project.
struct File {
  std::filesystem::path path;
  std::string text;
};

/// All of these names or endings (".cpp", "CMakeLists.txt") below `root / folder`.
[[nodiscard]] std::vector<File> read_files(const std::filesystem::path& root,
                                           const std::filesystem::path& folder,
                                           const std::vector<std::string>& endings);

/// What follows #include in each such line: <sys/socket.h>, "core/model.hpp".
[[nodiscard]] std::vector<std::string> includes(const std::string& text);

/// The text without comments, and without what is in string and character literals.
[[nodiscard]] std::string code_of(const std::string& text);

}  // namespace kaido::arrows
