// One screen that a tired person understands: what works, what does not, why, what to do.
#pragma once

#include <cstdint>
#include <string>

#include "output/terminal.hpp"
#include "snapshot.hpp"

namespace kaido::cli {

/// Long lists are cut to what does not work, and say so.
[[nodiscard]] std::string draw_status(const Snapshot& snapshot, const Style& style);

}  // namespace kaido::cli
