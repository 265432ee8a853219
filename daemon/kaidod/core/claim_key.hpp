// The secret that a site and a hub have for the claims of one slot.
#pragma once

#include <array>
#include <cstdint>

namespace kaido {

/// Derived from the WireGuard keys of the slot's two ends (ports/claim_seals.hpp). Wiped when it
/// goes; never printed.
class ClaimKey {
 public:
  using Bytes = std::array<std::uint8_t, 32>;
  explicit ClaimKey(const Bytes& bytes) : bytes_(bytes) {}
  ClaimKey(const ClaimKey&) = default;
  ClaimKey& operator=(const ClaimKey&) = default;
  ~ClaimKey();
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Whose claims a key is for.
struct ClaimSlot {
  std::array<std::uint8_t, 6> fleet{};  ///< the first 48 bits of the fleet's prefix
  std::uint16_t site = 0;               ///< gateway number
  std::uint8_t slot = 0;
};

}  // namespace kaido
