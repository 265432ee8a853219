// One kaidod for each state folder.
#pragma once

#include <filesystem>

#include "kaido/descriptor.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// Two that write the same kernel would undo each other's work, and what one remembers the other
/// would lose. Held until the descriptor closes; the kernel gives it back when the holder dies.
/// daemon_running names the holder; permission_denied; state_not_written.
[[nodiscard]] Result<Descriptor> lock_state(const std::filesystem::path& folder);

}  // namespace kaido
