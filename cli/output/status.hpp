// One screen that a tired person understands: what works, what does not, why, what to do.
#pragma once

#include <cstdint>
#include <string>

#include "output/terminal.hpp"
#include "snapshot.hpp"

namespace kaido::cli {

/// `now`: seconds since 1970. Long lists are cut to what does not work, and say so.
[[nodiscard]] std::string draw_status(const Snapshot& snapshot, const Style& style,
                                      std::int64_t now);

}  // namespace kaido::cli
