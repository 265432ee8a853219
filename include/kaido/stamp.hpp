// STAMP packets (RFC 8762, unauthenticated) with TLVs (RFC 8972), as sender and reflector see them.
//
//   Session-Sender (§4.2.1)      Session-Reflector (§4.3.1)
//    0 sequence 4                 0 sequence 4, the reflector's own count
//    4 T1, timestamp 8            4 T3, timestamp 8
//   12 error estimate 2          12 error estimate 2
//   14 SSID 2                    14 SSID 2
//   16 zero 28                   16 T2, receive timestamp 8
//                                24 sender's sequence 4
//                                28 T1, sender's timestamp 8
//                                36 sender's error estimate 2
//                                38 zero 2
//                                40 sender's TTL 1
//                                41 zero 3
//   44 TLVs (RFC 8972 §4): flags 1 (U 0x80, M 0x40, I 0x20), type 1, length of the value 2, value
//
// A reply is as long as its probe, so that a size is proved in both directions. Kaido's TLV (type
// 252, private use) carries the claim of a site to its hub; in a reply the reflector fills in what
// it has heard from all paths of that site, as far as the sender left room. Its value, 24 bytes and
// 0 to 64 entries of 8:
//
//   probe                        reply
//    0 epoch 8                    0 epoch 8 of the claim that is in force; 0: none
//    8 generation 4               8 generation 4 of it
//   12 hub 2                     12 zero 9
//   14 transport 1 (0 to 15)
//   15 slot 1
//   16 size 2
//   18 hold 2
//   20 flags 1: 0x80 there is a
//      claim, 0x01 it carries,
//      0x02 larger packets in fragments,
//      0x04 it outranks others
//   21 zero 3                    21 number of entries filled in 1, zero 2
//   24 room: zeros               24 entries: transport 1, slot 1, age 2, sequence 4
//
// A claim may be sealed: an HMAC TLV (RFC 8972 §4.8, type 8) right behind Kaido's, which is then
// the first, and before nothing but Extra Padding. Its 16 octets are HMAC-SHA-256, truncated, over
// the Sequence Number and Kaido's TLV as it was sent (signed_text()). The reflector has no key: the
// TLV comes back as one that it does not know, and whoever has the key verifies it.
//
// TWAMP Light (RFC 5357) is the same without TLVs, but that its sender's packet ends after the
// error estimate, its reflector's after the TTL, and padding of any content follows (RFC 8762
// §4.6): a probe without the 28 zeros is one of it.
//
// Other bits and bytes that are zero here are not looked at by a receiver. A sender sets U in every
// TLV; a reflector that knows the TLV clears it, so that one that does not, or copies blindly, is
// told from one that does. A TLV of type 0 (reserved) ends the TLVs: the zeros of a peer without
// any. All numbers are in network byte order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kaido::stamp {

inline constexpr std::uint16_t kPort = 862;         ///< RFC 8762 §4.1
inline constexpr std::size_t kBaseSize = 44;        ///< without TLVs
inline constexpr std::size_t kTwampProbeSize = 14;  ///< RFC 5357 §4.1.2, without padding
inline constexpr std::size_t kTwampReplySize = 41;  ///< RFC 5357 §4.2.1, without padding
inline constexpr std::size_t kTlvHeader = 4;
inline constexpr std::uint8_t kExtraPadding = 1;  ///< RFC 8972 §4.1
inline constexpr std::uint8_t kHmacTlv = 8;       ///< RFC 8972 §4.8
inline constexpr std::size_t kHmacSize = 16;      ///< of its value
inline constexpr std::uint8_t kKaidoTlv = 252;    ///< RFC 8972 §5.1: 252 to 254 are for private use
inline constexpr std::size_t kClaimSize = 24;     ///< of the TLV's value, before the entries
inline constexpr std::size_t kEntrySize = 8;
inline constexpr std::size_t kMaximumEntries = 64;
inline constexpr std::size_t kMaximumSize = 9000;  ///< of a packet; more is refused
/// Of a path's transport. The numbers above today's are for transports to come: a reflector passes
/// them, since it outlives upgrades of kaidod, and a kaidod has no tunnel of one that it does not
/// know.
inline constexpr std::uint8_t kMaximumTransport = 15;

/// 64 bits of NTP (RFC 5905 §6): seconds since 1900 and their fraction.
using NtpTime = std::uint64_t;
/// `nanoseconds`: 0 to 999,999,999.
[[nodiscard]] NtpTime ntp_from_unix(std::int64_t seconds, std::int64_t nanoseconds);
/// Nanoseconds from `earlier` to `later`; negative when it is the other way round.
[[nodiscard]] std::int64_t nanoseconds_between(NtpTime earlier, NtpTime later);

/// A site's word to one hub. The newer (epoch, generation) wins; see core/failover/claims.hpp.
struct Claim {
  std::uint64_t epoch = 0;       ///< one for each life of the site's kaidod, growing
  std::uint32_t generation = 0;  ///< grows with every change within the epoch
  std::uint16_t hub = 0;         ///< gateway number of the hub it is meant for
  std::uint8_t transport = 0;    ///< of the path to send by: 1 ikev2, 2 wireguard; 0: none
  std::uint8_t slot = 0;         ///< 0: no path is in use
  bool carries = false;          ///< the site's prefixes are to be reached through this hub
  std::uint16_t size = 0;        ///< largest inner packet proved on that path, bytes; 0: not known
  bool fragments = false;        ///< what is larger goes in fragments of the outer packet
  bool outranks = false;         ///< another hub was left and may still announce the site
  std::uint16_t hold = 0;        ///< ms without a probe on any path after which the site is away
  friend bool operator==(const Claim&, const Claim&) = default;
};
/// The seal of a claim.
using Hmac = std::array<std::byte, kHmacSize>;
/// What a hub has heard from one path of the site.
struct PathHeard {
  std::uint8_t transport = 0;
  std::uint8_t slot = 0;
  std::uint16_t age = 0;       ///< ms since then; 65535: that or more
  std::uint32_t sequence = 0;  ///< of the last probe that arrived
  friend bool operator==(const PathHeard&, const PathHeard&) = default;
};

struct Probe {
  std::uint32_t sequence = 0;
  NtpTime sent = 0;
  std::uint16_t ssid = 0;  ///< RFC 8972 §3; 0: none, or a sender of TWAMP Light
  std::optional<Claim> claim;
  std::uint8_t room = 0;     ///< for so many entries in the reply, at most kMaximumEntries
  std::optional<Hmac> hmac;  ///< of the claim; not without one
  friend bool operator==(const Probe&, const Probe&) = default;
};
struct Reply {
  std::uint32_t sequence = 0;  ///< the reflector's own count in this session (stateful)
  NtpTime sent = 0;            ///< T3
  NtpTime received = 0;        ///< T2
  std::uint32_t sender_sequence = 0;
  NtpTime sender_sent = 0;  ///< T1
  std::uint8_t sender_ttl = 0;
  std::uint16_t ssid = 0;
  bool kaido = false;               ///< the reflector knows Kaido's TLV
  std::uint64_t applied_epoch = 0;  ///< the claim that the hub's kaidod has put into force
  std::uint32_t applied_generation = 0;
  std::vector<PathHeard> heard;
  friend bool operator==(const Reply&, const Reply&) = default;
};

enum class Fault : std::uint8_t {
  too_short,
  too_long,
  bad_tlv_length,  ///< goes past the packet's end, or bytes are left that are no TLV
  bad_claim,       ///< length, number of entries, transport
};
[[nodiscard]] std::string_view to_string(Fault fault);

/// `size`: bytes of the UDP payload; what the TLVs leave over is Extra Padding. Sizes under what
/// the probe needs are raised to that, and one to three bytes more to four, since Extra Padding has
/// no less; sizes over kMaximumSize are lowered to it. `out` is overwritten.
void encode(const Probe& probe, std::size_t size, std::vector<std::byte>& out);
/// What the HMAC of a probe with this claim is made of (RFC 8972 §4.8); `out` is overwritten.
void signed_text(std::uint32_t sequence, const Claim& claim, std::uint8_t room,
                 std::vector<std::byte>& out);
/// The two parsers read the TLVs up to one that has M set; one that has I set discards them all
/// (RFC 8972 §4). Times in PTP's format (bit Z of the error estimate) come out as NTP's. A probe
/// has kBaseSize bytes at least, a reply kTwampReplySize. An HMAC TLV in any other place than the
/// one above is none: to whoever has the key that is a claim without a seal (RFC 8972 §4.8).
[[nodiscard]] std::expected<Probe, Fault> parse_probe(std::span<const std::byte> packet);
[[nodiscard]] std::expected<Reply, Fault> parse_reply(std::span<const std::byte> packet);

/// Turns a probe into its reply in place (no allocation: the reflector's hot path). `packet` has
/// been accepted by parse_probe, or refused for its TLVs only: the one at fault gets the M flag and
/// is not filled in. The sender's sequence, T1 and SSID are taken from the packet, all else from
/// `reply`; of `reply.heard` as many as there is room for. TLVs other than padding and Kaido's (and
/// Kaido's unless `reply.kaido`) get the U flag.
void reflect(std::span<std::byte> packet, const Reply& reply);
/// Writes T3 once more, for a reply that was made before its batch was complete.
void set_sent(std::span<std::byte> reply, NtpTime sent);

}  // namespace kaido::stamp
