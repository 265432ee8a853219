#include "engine/claim_keys.hpp"

#include <algorithm>

namespace kaido {

const std::optional<ClaimKey>& ClaimKeys::find(const ClaimSlot& slot,
                                               const WireGuardPrivateKey& own,
                                               const WireGuardKey& peer) {
  const std::pair name(slot.site, slot.slot);
  const auto known = keys_.find(name);
  if (known != keys_.end() && known->second.peer == peer && known->second.own == own)
    return known->second.key;
  Entry entry{.own = own, .peer = peer, .key = seals_.derive(own, peer, slot)};
  return keys_.insert_or_assign(name, std::move(entry)).first->second.key;
}

std::optional<stamp::Hmac> ClaimKeys::seal(const ClaimSlot& slot, const WireGuardPrivateKey& own,
                                           const WireGuardKey& peer, std::uint32_t sequence,
                                           const stamp::Claim& claim, std::uint8_t room) {
  const auto& key = find(slot, own, peer);
  if (!key) return std::nullopt;
  stamp::signed_text(sequence, claim, room, text_);
  return seals_.seal(*key, text_);
}

ClaimSlot claim_slot(const Prefix& fleet, std::uint16_t site, std::uint8_t slot) {
  ClaimSlot result{.site = site, .slot = slot};
  std::copy_n(fleet.address().bytes().begin(), result.fleet.size(), result.fleet.begin());
  return result;
}

bool is_equal(const stamp::Hmac& a, const stamp::Hmac& b) {
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference =
        static_cast<std::uint8_t>(difference | std::to_integer<std::uint8_t>(a.at(i) ^ b.at(i)));
  return difference == 0;
}

}  // namespace kaido
