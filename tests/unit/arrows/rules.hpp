// The rules of the architecture (daemon/README.md). Each function gives a line for every breach.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "source.hpp"

namespace kaido::arrows {

using Breaches = std::vector<std::string>;
using Parts = std::set<std::string>;

/// Which part may include and link which.
[[nodiscard]] const std::map<std::string, Parts>& allowed();
/// Where the sources of a part lie.
[[nodiscard]] std::filesystem::path folder_of(const std::string& part);

/// Includes that point where the part may not. Each folder below adapters and wire is one of its
/// own.
[[nodiscard]] Breaches wrong_includes(const File& file);
/// What core may neither include nor use: clocks, files, the environment, chance, threads, sockets.
[[nodiscard]] Breaches impurities(const File& file);
/// A runner of the engine that includes another one.
[[nodiscard]] Breaches runners_that_meet(const File& file);
/// Folders of kaidod with sources and without a CMake target of their own, or with more than one,
/// and targets that link what their part may not.
[[nodiscard]] Breaches wrong_targets(const std::vector<File>& lists,
                                     const std::vector<File>& sources);

}  // namespace kaido::arrows
