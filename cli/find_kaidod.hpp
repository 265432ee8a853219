// Where the daemon's program lies.
#pragma once

#include <filesystem>

namespace kaido::cli {

/// kaidod beside this program in `own` (a build), or in the sbin beside its bin (installed); else
/// its bare name, to be looked for in PATH.
[[nodiscard]] std::filesystem::path find_kaidod(const std::filesystem::path& own);

/// The folder that this program runs from; "" when that cannot be known.
[[nodiscard]] std::filesystem::path own_folder();

}  // namespace kaido::cli
