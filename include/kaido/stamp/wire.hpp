// The layout of a packet, and what the encoder, the parsers and the reflector share: inside of
// kaido/stamp.hpp, which says what each field is.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>

#include "kaido/stamp.hpp"

namespace kaido::stamp {

using Bytes = std::span<const std::byte>;
using Buffer = std::span<std::byte>;

/// RFC 4656 §4.1.2: not known to be synchronized, NTP format, 2^32 * 2^-32 s = 1 s.
inline constexpr std::uint16_t kErrorEstimate = 0x2001;

// Offsets. What the sender wrote at 0 to 13 the reflector moves to 24 to 37.
inline constexpr std::size_t kSequence = 0;
inline constexpr std::size_t kSent = 4;
inline constexpr std::size_t kError = 12;
inline constexpr std::size_t kSsid = 14;
inline constexpr std::size_t kZeros = 16;  // a sender's, up to the TLVs
inline constexpr std::size_t kReceived = 16;
inline constexpr std::size_t kSenderSequence = 24;
inline constexpr std::size_t kSenderSent = 28;
inline constexpr std::size_t kSenderError = 36;
inline constexpr std::size_t kSenderTtl = 40;

// RFC 8972 §4: flags of a TLV.
inline constexpr std::byte kUnrecognized{0x80};
inline constexpr std::byte kMalformed{0x40};
inline constexpr std::byte kIntegrity{0x20};

// Offsets in the value of Kaido's TLV: see the header.
inline constexpr std::size_t kEpoch = 0;
inline constexpr std::size_t kGeneration = 8;
inline constexpr std::size_t kHub = 12;
inline constexpr std::size_t kTransport = 14;
inline constexpr std::size_t kSlot = 15;
inline constexpr std::size_t kSize = 16;
inline constexpr std::size_t kHold = 18;
inline constexpr std::size_t kFlags = 20;
inline constexpr std::size_t kCount = 21;
inline constexpr std::byte kHasClaim{0x80};
inline constexpr std::byte kCarries{0x01};
inline constexpr std::byte kFragments{0x02};
inline constexpr std::byte kOutranks{0x04};

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

inline bool has(std::byte flags, std::byte flag) { return (flags & flag) != std::byte{}; }

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

inline bool is_kaido_length(std::size_t length) {
  return length >= kClaimSize && (length - kClaimSize) % kEntrySize == 0 &&
         (length - kClaimSize) / kEntrySize <= kMaximumEntries;
}

/// Or a sender of TWAMP Light, whose padding looks like anything.
inline bool is_stamp(Bytes probe) {
  // In words: the reflector asks this of every packet.
  const auto zeros = get<std::uint64_t>(probe, kZeros) | get<std::uint64_t>(probe, kZeros + 8) |
                     get<std::uint64_t>(probe, kZeros + 16) |
                     get<std::uint32_t>(probe, kZeros + 24);
  return zeros == 0;
}

inline std::uint8_t room_of(const Tlv& tlv) {
  return static_cast<std::uint8_t>((tlv.length - kClaimSize) / kEntrySize);
}

/// RFC 8972 §4: M or I end the reading of TLVs, for a reflector and for a sender.
inline bool ends_reading(const Tlv& tlv) { return has(tlv.flags, kMalformed | kIntegrity); }

/// False: the value is not one of Kaido's.
[[nodiscard]] bool read_probe_value(Bytes value, const Tlv& tlv, Probe& probe);

}  // namespace kaido::stamp
