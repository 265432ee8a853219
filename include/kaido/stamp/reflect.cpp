// The reflector's side.
#include "kaido/stamp/wire.hpp"

namespace kaido::stamp {
namespace {

void write_reply_value(Buffer value, const Reply& reply) {
  const auto count = std::min(reply.heard.size(), (value.size() - kClaimSize) / kEntrySize);
  std::ranges::fill(value, std::byte{});
  put(value, kEpoch, reply.applied_epoch);
  put(value, kGeneration, reply.applied_generation);
  put(value, kCount, static_cast<std::uint8_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const auto entry = value.subspan(kClaimSize + i * kEntrySize, kEntrySize);
    const auto& heard = reply.heard[i];
    put(entry, 0, heard.transport);
    put(entry, 1, heard.slot);
    put(entry, 2, heard.age);
    put(entry, 4, heard.sequence);
  }
}

void reflect_tlvs(Buffer packet, const Reply& reply) {
  Walk walk(packet);
  bool answered = false;
  while (const auto tlv = walk.next()) {
    if (ends_reading(*tlv)) return;
    auto& flags = packet[tlv->at];
    flags = std::byte{};
    if (tlv->type == kKaidoTlv && reply.kaido && !answered) {
      answered = true;
      const auto value = packet.subspan(tlv->value(), tlv->length);
      Probe probe;
      if (read_probe_value(value, *tlv, probe)) {
        write_reply_value(value, reply);
      } else {
        flags = kMalformed;
        return;
      }
    } else if (tlv->type != kExtraPadding) {
      flags = kUnrecognized;
    }
  }
  if (const auto at = walk.malformed()) packet[*at] |= kMalformed;
}

}  // namespace

void reflect(Buffer packet, const Reply& reply) {
  const bool stamp = is_stamp(packet);
  std::ranges::copy(packet.subspan<kSequence, kSsid>(), packet.subspan<kSenderSequence>().begin());
  put(packet, kSenderError + 2, std::uint16_t{0});
  put(packet, kSenderTtl, static_cast<std::uint32_t>(reply.sender_ttl) << 24);
  put(packet, kSequence, reply.sequence);
  put(packet, kSent, reply.sent);
  put(packet, kError, kErrorEstimate);
  put(packet, kReceived, reply.received);
  if (stamp) reflect_tlvs(packet, reply);
}

void set_sent(Buffer packet, NtpTime sent) { put(packet, kSent, sent); }

}  // namespace kaido::stamp
