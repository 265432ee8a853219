// What kaido-reflector and kaidod say to each other: fixed messages over a Unix SOCK_SEQPACKET
// socket, one per packet, both on one machine (host byte order). The reflector listens; kaidod
// connects and is told at once of every site that the reflector knows. Only root and the
// reflector's own user may connect (SO_PEERCRED).
#pragma once

#include <array>
#include <cstdint>

#include "kaido/stamp.hpp"

namespace kaido::reflector {

inline constexpr char kSocket[] = "/run/kaido-reflector/kaidod.sock";

/// A site's inner address without transport and slot: <fleet /48>:<gateway number>.
using SiteKey = std::array<std::uint8_t, 8>;

enum class Kind : std::uint32_t {
  claim = 1,    ///< to kaidod: a claim that differs from the last one told of this site; the same
                ///< again now and then while it has not been `applied`
  silent = 2,   ///< to kaidod: no probe of the site for the hold time of its claim
  applied = 3,  ///< to the reflector: this claim of the site is in force
};

struct Message {
  Kind kind = Kind::claim;
  std::uint32_t interface = 0;  ///< claim: ifindex that the probe came in by
  SiteKey site{};
  std::array<std::uint8_t, 16> source{};  ///< claim: the probe's source address
  std::uint64_t epoch = 0;
  std::uint32_t generation = 0;
  std::uint16_t hub = 0;
  std::uint8_t transport = 0;
  std::uint8_t slot = 0;
  std::uint16_t size = 0;
  std::uint16_t hold = 0;
  std::uint8_t carries = 0;
  std::uint8_t fragments = 0;
  std::uint8_t outranks = 0;
  std::uint8_t zero = 0;
};
static_assert(sizeof(Message) == 56);

}  // namespace kaido::reflector
