// The seals of claims, by OpenSSL.
#pragma once

#include "ports/claim_seals.hpp"

namespace kaido::claim_seals {

/// Running out of memory throws std::bad_alloc.
class OpenSslSeals final : public ClaimSeals {
 public:
  [[nodiscard]] std::optional<ClaimKey> derive(const WireGuardPrivateKey& own,
                                               const WireGuardKey& peer,
                                               const ClaimSlot& slot) const override;
  [[nodiscard]] stamp::Hmac seal(const ClaimKey& key,
                                 std::span<const std::byte> text) const override;
};

}  // namespace kaido::claim_seals
