// The tunnel of a session, by wg-quick(8): as root, as it needs to be.
#pragma once

#include <filesystem>

#include "exit.hpp"

namespace kaido::cli::login {

/// In place of one that is up.
[[nodiscard]] Outcome<void> bring_up(const std::filesystem::path& config);
/// One that is not up is no failure.
[[nodiscard]] Outcome<void> take_down(const std::filesystem::path& config);

}  // namespace kaido::cli::login
