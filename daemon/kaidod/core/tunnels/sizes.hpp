// Bytes that packets inside a tunnel may have.
#pragma once

#include <cstdint>

#include "core/board.hpp"

namespace kaido {

/// What the device of this tunnel gets: from its uplink's MTU (a site), or for an underlay of 1500
/// bytes and IPv6 outside (a hub, which cannot know).
[[nodiscard]] std::uint32_t tunnel_mtu(const Board& board, const Tunnel& tunnel);

/// What packets inside it may have, as far as was proved: tunnel_mtu, or less where the way does
/// not carry that (then TCP is clamped and IPv4 told; no device is made smaller than 1280).
[[nodiscard]] std::uint32_t passing_size(const Board& board, const Tunnel& tunnel);

}  // namespace kaido
