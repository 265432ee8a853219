#include "kaido/stamp.hpp"

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>

namespace kaido::stamp {
namespace {

using Bytes = std::span<const std::byte>;
using Buffer = std::span<std::byte>;

constexpr std::uint64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kUnixIn1900 = 2'208'988'800;  // RFC 868: 1970 seen from 1900
/// RFC 4656 §4.1.2: not known to be synchronized, NTP format, 2^32 * 2^-32 s = 1 s.
constexpr std::uint16_t kErrorEstimate = 0x2001;
constexpr std::uint16_t kPtpFormat = 0x4000;  // bit Z of the error estimate

// Offsets. What the sender wrote at 0 to 13 the reflector moves to 24 to 37.
constexpr std::size_t kSequence = 0;
constexpr std::size_t kSent = 4;
constexpr std::size_t kError = 12;
constexpr std::size_t kSsid = 14;
constexpr std::size_t kZeros = 16;  // a sender's, up to the TLVs
constexpr std::size_t kReceived = 16;
constexpr std::size_t kSenderSequence = 24;
constexpr std::size_t kSenderSent = 28;
constexpr std::size_t kSenderError = 36;
constexpr std::size_t kSenderTtl = 40;

// RFC 8972 §4: flags of a TLV.
constexpr std::byte kUnrecognized{0x80};
constexpr std::byte kMalformed{0x40};
constexpr std::byte kIntegrity{0x20};

// Offsets in the value of Kaido's TLV: see the header.
constexpr std::size_t kEpoch = 0;
constexpr std::size_t kGeneration = 8;
constexpr std::size_t kHub = 12;
constexpr std::size_t kTransport = 14;
constexpr std::size_t kSlot = 15;
constexpr std::size_t kSize = 16;
constexpr std::size_t kHold = 18;
constexpr std::size_t kFlags = 20;
constexpr std::size_t kCount = 21;
constexpr std::byte kHasClaim{0x80};
constexpr std::byte kCarries{0x01};
constexpr std::byte kFragments{0x02};
constexpr std::byte kOutranks{0x04};

template <std::unsigned_integral T>
T network_order(T value) {
  if constexpr (std::endian::native == std::endian::little) return std::byteswap(value);
  return value;
}

template <std::unsigned_integral T>
T get(Bytes from, std::size_t at) {
  T value = 0;
  std::memcpy(&value, from.subspan(at, sizeof(T)).data(), sizeof(T));
  return network_order(value);
}

template <std::unsigned_integral T>
void put(Buffer to, std::size_t at, T value) {
  value = network_order(value);
  std::memcpy(to.subspan(at, sizeof(T)).data(), &value, sizeof(T));
}

bool has(std::byte flags, std::byte flag) { return (flags & flag) != std::byte{}; }

/// A time as the packet has it; a peer may keep PTP's (IEEE 1588: seconds since 1970, nanoseconds).
NtpTime get_time(Bytes from, std::size_t at, std::uint16_t error) {
  const auto time = get<std::uint64_t>(from, at);
  if ((error & kPtpFormat) == 0) return time;
  return ntp_from_unix(static_cast<std::int64_t>(time >> 32),
                       static_cast<std::int64_t>(time & 0xffffffff));
}

struct Tlv {
  std::size_t at = 0;      ///< of its flags
  std::size_t length = 0;  ///< of its value
  std::byte flags{};
  std::uint8_t type = 0;

  [[nodiscard]] std::size_t value() const { return at + kTlvHeader; }
  [[nodiscard]] std::size_t end() const { return value() + length; }
};

/// The TLVs of a packet, one after the other. Type 0 is reserved: no TLV begins there, the rest is
/// the padding of a peer that knows none (TWAMP Light).
class Walk {
 public:
  explicit Walk(Bytes packet) : packet_(packet) {}

  std::optional<Tlv> next() {
    const auto left = packet_.size() - std::min(packet_.size(), at_);
    if (left == 0) return {};
    if (left < kTlvHeader) return stop_malformed();
    Tlv tlv{.at = at_,
            .length = get<std::uint16_t>(packet_, at_ + 2),
            .flags = packet_[at_],
            .type = std::to_integer<std::uint8_t>(packet_[at_ + 1])};
    if (tlv.type == 0) return {};
    if (tlv.length > left - kTlvHeader) return stop_malformed();
    at_ = tlv.end();
    return tlv;
  }
  /// Where the TLV begins that does not fit into the packet.
  [[nodiscard]] std::optional<std::size_t> malformed() const { return malformed_; }

 private:
  std::optional<Tlv> stop_malformed() {
    malformed_ = at_;
    return {};
  }

  Bytes packet_;
  std::size_t at_ = kBaseSize;
  std::optional<std::size_t> malformed_;
};

bool is_kaido_length(std::size_t length) {
  return length >= kClaimSize && (length - kClaimSize) % kEntrySize == 0 &&
         (length - kClaimSize) / kEntrySize <= kMaximumEntries;
}

/// Or a sender of TWAMP Light, whose padding looks like anything.
bool is_stamp(Bytes probe) {
  // In words: the reflector asks this of every packet.
  const auto zeros = get<std::uint64_t>(probe, kZeros) | get<std::uint64_t>(probe, kZeros + 8) |
                     get<std::uint64_t>(probe, kZeros + 16) |
                     get<std::uint32_t>(probe, kZeros + 24);
  return zeros == 0;
}

std::uint8_t room_of(const Tlv& tlv) {
  return static_cast<std::uint8_t>((tlv.length - kClaimSize) / kEntrySize);
}

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

/// False: the value is not one of Kaido's.
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

/// RFC 8972 §4: M or I end the reading of TLVs, for a reflector and for a sender.
bool ends_reading(const Tlv& tlv) { return has(tlv.flags, kMalformed | kIntegrity); }

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

std::optional<Fault> wrong_size(Bytes packet, std::size_t least) {
  if (packet.size() < least) return Fault::too_short;
  if (packet.size() > kMaximumSize) return Fault::too_long;
  return {};
}

}  // namespace

NtpTime ntp_from_unix(std::int64_t seconds, std::int64_t nanoseconds) {
  const auto whole = static_cast<std::uint64_t>(seconds + kUnixIn1900);
  // Rounded up, so that nanoseconds_between() gives the same nanoseconds back.
  const auto fraction =
      ((static_cast<std::uint64_t>(nanoseconds) << 32) + kNanoseconds - 1) / kNanoseconds;
  return (whole << 32) + fraction;
}

std::int64_t nanoseconds_between(NtpTime earlier, NtpTime later) {
  // The difference is right across the turn of an era (2036), too.
  const auto difference = static_cast<std::int64_t>(later - earlier);
  const auto fraction = static_cast<std::uint64_t>(difference) & 0xffffffff;
  const auto rounded = (fraction * kNanoseconds + (std::uint64_t{1} << 31)) >> 32;
  return (difference >> 32) * static_cast<std::int64_t>(kNanoseconds) +
         static_cast<std::int64_t>(rounded);
}

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
  Walk walk(packet);
  SealReader seal;
  bool seen = false;
  while (const auto tlv = walk.next()) {
    if (ends_reading(*tlv)) {
      if (has(tlv->flags, kIntegrity)) {
        probe.claim.reset();
        probe.room = 0;
      }
      return probe;
    }
    seal.read(packet, *tlv);
    if (tlv->type != kKaidoTlv || seen) continue;
    seen = true;
    if (!read_probe_value(packet.subspan(tlv->value(), tlv->length), *tlv, probe))
      return std::unexpected(Fault::bad_claim);
  }
  if (walk.malformed()) return std::unexpected(Fault::bad_tlv_length);
  if (probe.claim) probe.hmac = seal.hmac();
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
