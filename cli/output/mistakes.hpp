// Mistakes in a configuration the way compilers print them.
#pragma once

#include <string>

#include "core/diagnostic.hpp"
#include "output/terminal.hpp"

namespace kaido::cli {

/// FILE:LINE:COLUMN, the message, the line itself and a caret under the place, the hint. `source`
/// is the text that was checked; empty when it is not at hand.
[[nodiscard]] std::string draw_mistakes(const Diagnostics& mistakes, const std::string& source,
                                        const Style& style);

}  // namespace kaido::cli
