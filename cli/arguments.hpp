// From argv to Options. The only place that knows CLI11.
#pragma once

#include <expected>

#include "options.hpp"

namespace kaido::cli {

/// The exit status when there is nothing to run: help was asked for and printed (0), or the
/// command line has a mistake, which was printed (2).
[[nodiscard]] std::expected<Options, int> parse_arguments(int argc, const char* const* argv);

}  // namespace kaido::cli
