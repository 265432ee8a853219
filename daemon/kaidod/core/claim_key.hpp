// The secret that a site and a hub have for the claims of one slot.
#pragma once

#include <array>
#include <cstdint>

#include "kaido/secret.hpp"

namespace kaido {

/// Derived from the WireGuard keys of the slot's two ends (ports/claim_seals.hpp); 32 bytes.
struct ClaimKey {
  Secret secret;
};

/// Whose claims a key is for.
struct ClaimSlot {
  std::array<std::uint8_t, 6> fleet{};  ///< the first 48 bits of the fleet's prefix
  std::uint16_t site = 0;               ///< gateway number
  std::uint8_t slot = 0;
};

}  // namespace kaido
