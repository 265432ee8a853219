// Files that are either the old or the new ones, also after a power cut.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "kaido/error.hpp"

namespace kaido {

/// Writes beside the file, syncs, renames, syncs the folder. An old file's mode, and its group
/// where that is permitted, stay; a new one has `mode` as for open(2). On failure the old file
/// stays, nothing is left behind, and the detail names the file and the reason.
[[nodiscard]] Result<void> write_atomically(const std::filesystem::path& file,
                                            std::string_view content, unsigned mode,
                                            Condition on_failure);

}  // namespace kaido
