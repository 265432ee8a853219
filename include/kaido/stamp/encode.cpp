// The sender's side.
#include "kaido/stamp/wire.hpp"

namespace kaido::stamp {
namespace {

void put_claim(Buffer value, const Claim& claim) {
  put(value, kEpoch, claim.epoch);
  put(value, kGeneration, claim.generation);
  put(value, kHub, claim.hub);
  put(value, kTransport, claim.transport);
  put(value, kSlot, claim.slot);
  put(value, kSize, claim.size);
  put(value, kHold, claim.hold);
  value[kFlags] = kHasClaim;
  if (claim.carries) value[kFlags] |= kCarries;
  if (claim.fragments) value[kFlags] |= kFragments;
  if (claim.outranks) value[kFlags] |= kOutranks;
}

/// Head and value of Kaido's TLV.
void put_kaido_tlv(Buffer tlv, const std::optional<Claim>& claim) {
  tlv[0] = kUnrecognized;
  put(tlv, 1, kKaidoTlv);
  put(tlv, 2, static_cast<std::uint16_t>(tlv.size() - kTlvHeader));
  if (claim) put_claim(tlv.subspan(kTlvHeader), *claim);
}

std::size_t kaido_tlv_size(std::uint8_t room) {
  return kTlvHeader + kClaimSize + std::min<std::size_t>(room, kMaximumEntries) * kEntrySize;
}

}  // namespace

void encode(const Probe& probe, std::size_t size, std::vector<std::byte>& out) {
  const bool kaido = probe.claim.has_value() || probe.room > 0;
  const bool sealed = probe.claim.has_value() && probe.hmac.has_value();
  const std::size_t hmac = kBaseSize + (kaido ? kaido_tlv_size(probe.room) : 0);
  const std::size_t needed = hmac + (sealed ? kTlvHeader + kHmacSize : 0);
  size = std::clamp(size, needed, kMaximumSize);
  // One to three bytes are no TLV.
  if (size > needed) size = std::max(size, needed + kTlvHeader);
  out.assign(size, std::byte{});
  const Buffer packet(out);
  put(packet, kSequence, probe.sequence);
  put(packet, kSent, probe.sent);
  put(packet, kError, kErrorEstimate);
  put(packet, kSsid, probe.ssid);
  if (kaido) put_kaido_tlv(packet.subspan(kBaseSize, hmac - kBaseSize), probe.claim);
  if (sealed) {
    packet[hmac] = kUnrecognized;
    put(packet, hmac + 1, kHmacTlv);
    put(packet, hmac + 2, static_cast<std::uint16_t>(kHmacSize));
    std::ranges::copy(*probe.hmac, packet.subspan(hmac + kTlvHeader).begin());
  }
  if (size > needed) {
    packet[needed] = kUnrecognized;
    put(packet, needed + 1, kExtraPadding);
    put(packet, needed + 2, static_cast<std::uint16_t>(size - needed - kTlvHeader));
  }
}

void signed_text(std::uint32_t sequence, const Claim& claim, std::uint8_t room,
                 std::vector<std::byte>& out) {
  out.assign(sizeof(sequence) + kaido_tlv_size(room), std::byte{});
  put(out, 0, sequence);
  put_kaido_tlv(Buffer(out).subspan(sizeof(sequence)), claim);
}

}  // namespace kaido::stamp
