// The last minute as a row of blocks, a block a moment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kaido::cli {

/// Both take the histories of PathReport (oldest first, -1 for nothing measured), keep the worst
/// figure of what shares a block, and give `width` blocks, '·' where nothing was measured.

/// Tenths of a percent: ▁ for none, a step for each of 1, 3, 10, 25 and 50 %, █ for everything.
[[nodiscard]] std::string loss_sparkline(const std::vector<std::int32_t>& history,
                                         std::size_t width);
/// The full height is the worst moment, or twice the usual where that is more: a steady path is a
/// line at half height, and its jitter no mountain range.
[[nodiscard]] std::string delay_sparkline(const std::vector<std::int32_t>& history,
                                          std::size_t width);

}  // namespace kaido::cli
