// The keys of claims, each derived once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "kaido/ip.hpp"
#include "ports/claim_seals.hpp"

namespace kaido {

/// Owns the derived keys: one for each slot that a claim was sealed or verified for, as long as the
/// two WireGuard keys that it comes of are the same. On the engine's strand.
class ClaimKeys {
 public:
  explicit ClaimKeys(const ClaimSeals& seals) : seals_(seals) {}

  /// What seals a claim; nullopt: the other end has no true key.
  [[nodiscard]] std::optional<stamp::Hmac> seal(const ClaimSlot& slot,
                                                const WireGuardPrivateKey& own,
                                                const WireGuardKey& peer, std::uint32_t sequence,
                                                const stamp::Claim& claim, std::uint8_t room);

 private:
  struct Entry {
    WireGuardPrivateKey own;
    WireGuardKey peer{};
    std::optional<ClaimKey> key;
  };
  const std::optional<ClaimKey>& find(const ClaimSlot& slot, const WireGuardPrivateKey& own,
                                      const WireGuardKey& peer);

  const ClaimSeals& seals_;
  std::map<std::pair<std::uint16_t, std::uint8_t>, Entry> keys_;  ///< by site and slot
  std::vector<std::byte> text_;
};

[[nodiscard]] ClaimSlot claim_slot(const Prefix& fleet, std::uint16_t site, std::uint8_t slot);
/// In constant time.
[[nodiscard]] bool is_equal(const stamp::Hmac& a, const stamp::Hmac& b);

}  // namespace kaido
