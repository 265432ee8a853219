// What kaido-reflector and kaidod say to each other: fixed messages over a Unix SOCK_SEQPACKET
// socket, one per packet, both on one machine (host byte order). The reflector listens; kaidod
// connects and is told at once of every site that the reflector knows. Only root and the
// reflector's own user may connect (SO_PEERCRED).
//
// The two outlive each other's upgrades. A message only ever grows at its end: of a longer one what
// is known is read, a shorter one is of an older version and nothing of it is believed. Version 1
// had kOldestSize bytes and no `version`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kaido/stamp.hpp"

namespace kaido::reflector {

inline constexpr char kSocket[] = "/run/kaido-reflector/kaidod.sock";

/// A site's inner address without transport and slot: <fleet /48>:<gateway number>.
using SiteKey = std::array<std::uint8_t, 8>;

inline constexpr std::uint8_t kVersion = 2;
inline constexpr std::size_t kOldestSize = 56;

enum class Kind : std::uint32_t {
  claim = 1,    ///< to kaidod: a claim that differs from the last one told of this site; the same
                ///< again now and then while it has not been `applied`
  silent = 2,   ///< to kaidod: no probe of the site for the hold time of its claim
  applied = 3,  ///< to the reflector: this claim of the site (epoch to slot, and carries) is in
                ///< force; said also when another was refused as outdone by it
};

struct Message {
  Kind kind = Kind::claim;
  std::uint32_t interface = 0;  ///< claim: ifindex that the probe came in by
  SiteKey site{};
  std::array<std::uint8_t, 16> source{};  ///< claim: the probe's source address
  std::uint64_t epoch = 0;
  std::uint32_t generation = 0;
  std::uint16_t hub = 0;
  std::uint8_t transport = 0;  ///< 0 to stamp::kMaximumTransport
  std::uint8_t slot = 0;
  std::uint16_t size = 0;
  std::uint16_t hold = 0;
  std::uint8_t carries = 0;
  std::uint8_t fragments = 0;
  std::uint8_t outranks = 0;
  std::uint8_t version = kVersion;
  // since version 2
  std::uint64_t in_force_epoch =
      0;  ///< claim: the one that is in force, as far as is known; 0: not
  std::uint32_t in_force_generation = 0;
  std::uint32_t sequence = 0;  ///< claim: of its probe
  stamp::Hmac hmac{};          ///< claim: its seal, with `sealed`
  std::uint16_t unheard = 0;   ///< claim: ms since the one in force was heard; 65535: that or more
  std::uint8_t room = 0;       ///< claim: of its probe
  std::uint8_t sealed = 0;
  std::uint32_t zero = 0;
};
static_assert(sizeof(Message) == 96 && offsetof(Message, in_force_epoch) == kOldestSize);

}  // namespace kaido::reflector
