// Probes and replies, as anybody may have sent them.
#include "kaido/stamp/wire.hpp"

namespace kaido::stamp {
namespace {

constexpr std::uint16_t kPtpFormat = 0x4000;  // bit Z of the error estimate

/// A time as the packet has it; a peer may keep PTP's (IEEE 1588: seconds since 1970, nanoseconds).
NtpTime get_time(Bytes from, std::size_t at, std::uint16_t error) {
  const auto time = get<std::uint64_t>(from, at);
  if ((error & kPtpFormat) == 0) return time;
  return ntp_from_unix(static_cast<std::int64_t>(time >> 32),
                       static_cast<std::int64_t>(time & 0xffffffff));
}

Claim get_claim(Bytes value) {
  return {.epoch = get<std::uint64_t>(value, kEpoch),
          .generation = get<std::uint32_t>(value, kGeneration),
          .hub = get<std::uint16_t>(value, kHub),
          .transport = get<std::uint8_t>(value, kTransport),
          .slot = get<std::uint8_t>(value, kSlot),
          .carries = has(value[kFlags], kCarries),
          .size = get<std::uint16_t>(value, kSize),
          .fragments = has(value[kFlags], kFragments),
          .outranks = has(value[kFlags], kOutranks),
          .hold = get<std::uint16_t>(value, kHold)};
}

bool is_sound(const Claim& claim) {
  return claim.transport <= kMaximumTransport && (claim.slot == 0 || claim.transport != 0);
}

/// An HMAC covers all before it, and nothing but padding may follow: told from TLV to TLV.
class SealReader {
 public:
  void read(Bytes packet, const Tlv& tlv) {
    if (tlv.type == kKaidoTlv && tlv.at == kBaseSize) {
      expected_at_ = tlv.end();
    } else if (tlv.type == kHmacTlv && tlv.at == expected_at_ && tlv.length == kHmacSize) {
      std::ranges::copy(packet.subspan(tlv.value(), kHmacSize), hmac_.emplace().begin());
    } else if (tlv.type != kExtraPadding) {
      hmac_.reset();
    }
  }
  [[nodiscard]] const std::optional<Hmac>& hmac() const { return hmac_; }

 private:
  std::size_t expected_at_ = 0;
  std::optional<Hmac> hmac_;
};

bool read_reply_value(Bytes value, const Tlv& tlv, Reply& reply) {
  if (!is_kaido_length(tlv.length)) return false;
  const auto count = get<std::uint8_t>(value, kCount);
  if (count > room_of(tlv)) return false;
  reply.kaido = true;
  reply.applied_epoch = get<std::uint64_t>(value, kEpoch);
  reply.applied_generation = get<std::uint32_t>(value, kGeneration);
  reply.heard.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto entry = value.subspan(kClaimSize + i * kEntrySize, kEntrySize);
    reply.heard.push_back({.transport = get<std::uint8_t>(entry, 0),
                           .slot = get<std::uint8_t>(entry, 1),
                           .age = get<std::uint16_t>(entry, 2),
                           .sequence = get<std::uint32_t>(entry, 4)});
  }
  return true;
}

std::optional<Fault> read_probe_tlvs(Bytes packet, Probe& probe) {
  Walk walk(packet);
  SealReader seal;
  bool seen = false;
  while (const auto tlv = walk.next()) {
    if (ends_reading(*tlv)) {
      if (has(tlv->flags, kIntegrity)) {
        probe.claim.reset();
        probe.room = 0;
      }
      return {};
    }
    seal.read(packet, *tlv);
    if (tlv->type != kKaidoTlv || seen) continue;
    seen = true;
    if (!read_probe_value(packet.subspan(tlv->value(), tlv->length), *tlv, probe))
      return Fault::bad_claim;
  }
  if (walk.malformed()) return Fault::bad_tlv_length;
  if (probe.claim) probe.hmac = seal.hmac();
  return {};
}

std::optional<Fault> wrong_size(Bytes packet, std::size_t least) {
  if (packet.size() < least) return Fault::too_short;
  if (packet.size() > kMaximumSize) return Fault::too_long;
  return {};
}

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::too_short:
      return "too short";
    case Fault::too_long:
      return "too long";
    case Fault::bad_tlv_length:
      return "a TLV does not fit";
    case Fault::bad_claim:
      return "bad claim";
  }
  __builtin_unreachable();
}

bool read_probe_value(Bytes value, const Tlv& tlv, Probe& probe) {
  if (!is_kaido_length(tlv.length)) return false;
  if (has(value[kFlags], kHasClaim)) {
    const auto claim = get_claim(value);
    if (!is_sound(claim)) return false;
    probe.claim = claim;
  }
  probe.room = room_of(tlv);
  return true;
}

std::expected<Probe, Fault> parse_probe(Bytes packet) {
  if (const auto fault = wrong_size(packet, kBaseSize)) return std::unexpected(*fault);
  Probe probe{.sequence = get<std::uint32_t>(packet, kSequence),
              .sent = get_time(packet, kSent, get<std::uint16_t>(packet, kError)),
              .ssid = get<std::uint16_t>(packet, kSsid),
              .claim = {},
              .room = 0,
              .hmac = {}};
  if (!is_stamp(packet)) {
    probe.ssid = 0;
    return probe;
  }
  if (const auto fault = read_probe_tlvs(packet, probe)) return std::unexpected(*fault);
  return probe;
}

std::expected<Reply, Fault> parse_reply(Bytes packet) {
  if (const auto fault = wrong_size(packet, kTwampReplySize)) return std::unexpected(*fault);
  const auto error = get<std::uint16_t>(packet, kError);
  const auto sender_error = get<std::uint16_t>(packet, kSenderError);
  Reply reply{.sequence = get<std::uint32_t>(packet, kSequence),
              .sent = get_time(packet, kSent, error),
              .received = get_time(packet, kReceived, error),
              .sender_sequence = get<std::uint32_t>(packet, kSenderSequence),
              .sender_sent = get_time(packet, kSenderSent, sender_error),
              .sender_ttl = get<std::uint8_t>(packet, kSenderTtl),
              .ssid = get<std::uint16_t>(packet, kSsid),
              .kaido = false,
              .applied_epoch = 0,
              .applied_generation = 0,
              .heard = {}};
  const auto base = reply;
  Walk walk(packet);
  bool seen = false;
  while (const auto tlv = walk.next()) {
    if (ends_reading(*tlv)) return has(tlv->flags, kIntegrity) ? base : reply;
    if (tlv->type != kKaidoTlv || has(tlv->flags, kUnrecognized) || seen) continue;
    seen = true;
    if (!read_reply_value(packet.subspan(tlv->value(), tlv->length), *tlv, reply))
      return std::unexpected(Fault::bad_claim);
  }
  if (walk.malformed()) return std::unexpected(Fault::bad_tlv_length);
  return reply;
}

}  // namespace kaido::stamp
