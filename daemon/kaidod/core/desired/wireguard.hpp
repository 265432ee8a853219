// What WireGuard's devices should hold.
#pragma once

#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/wireguard.hpp"

namespace kaido {

[[nodiscard]] std::vector<WireGuardDevice> desired_wireguard(const Board& board);
/// Their names alone.
[[nodiscard]] std::vector<std::string> wireguard_devices(const Board& board);

}  // namespace kaido
