// Reads and makes the files that a configuration names.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "kaido/secret.hpp"

namespace kaido::config {

struct FileFault {
  bool missing = false;
  std::string message;  ///< "osaka.crt does not exist"; never a file's content
  std::string hint;
  bool forbidden = false;
};

struct ReadOptions {
  bool secret = false;  ///< refuse a file that group or others may use, and say how to mend it
  std::size_t largest = std::size_t{1} << 20;  ///< bytes
};

/// Whole regular files; never waits (a FIFO is refused). Any of them may hold a key.
[[nodiscard]] std::expected<Secret, FileFault> read_file(const std::filesystem::path& file,
                                                         const ReadOptions& options);

/// Makes `file` with mode 0600 and its folder, if missing, with 0700. Atomic; an existing file is
/// left as it is, and that is no error.
[[nodiscard]] std::expected<void, FileFault> make_secret_file(const std::filesystem::path& file,
                                                              std::string_view content);

}  // namespace kaido::config
