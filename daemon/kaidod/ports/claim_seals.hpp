// The port to the cryptography of claims.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/claim_key.hpp"
#include "core/wireguard.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

/// Synchronous and without state; one thread.
class ClaimSeals {
 public:
  virtual ~ClaimSeals() = default;
  /// HKDF-SHA-256 (RFC 5869) of X25519 (RFC 7748 §6.1) between our key and the other end's: both
  /// ends find the same. nullopt: the other end's is no key (of low order). Takes some 0.1 ms.
  [[nodiscard]] virtual std::optional<ClaimKey> derive(const WireGuardPrivateKey& own,
                                                       const WireGuardKey& peer,
                                                       const ClaimSlot& slot) const = 0;
  /// HMAC-SHA-256, truncated to 128 bits (RFC 8972 §4.8).
  [[nodiscard]] virtual stamp::Hmac seal(const ClaimKey& key,
                                         std::span<const std::byte> text) const = 0;
};

}  // namespace kaido
