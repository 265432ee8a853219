// What charon should hold.
#pragma once

#include "core/board.hpp"
#include "core/ike.hpp"

namespace kaido {

[[nodiscard]] IkeDesired desired_ike(const Board& board);

}  // namespace kaido
