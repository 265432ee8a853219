// The state of one path: a tunnel plus what has been measured through it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/failover/health.hpp"
#include "core/failover/last_minute.hpp"
#include "core/failover/round_trips.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

struct PathState {
  Health health = Health::unusable;
  Trouble trouble = Trouble::none;
  Instant since;       ///< when health or trouble last changed
  Instant good_since;  ///< when it came back, or lost its last trouble

  // probes
  std::uint32_t next_sequence = 1;
  std::uint32_t last_answered = 0;
  Instant next_probe;
  Instant last_reply;        ///< of the reflector (of ICMP where that is all there is)
  Instant witness_asked;     ///< when ICMP was asked in this silence
  Instant first_witness;     ///< first ICMP answer in this silence; 0: none yet
  Instant last_witness;      ///< last ICMP answer beside a silent reflector
  Instant silent_from;       ///< when an answer was due; valid while suspect or down
  bool woke_others = false;  ///< the other paths were asked because of this silence
  struct Sent {
    std::uint32_t sequence = 0;
    Instant at;
    std::uint16_t size = 0;
    bool answered = true;
  };
  std::array<Sent, 64> sent{};  ///< by sequence modulo 64
  std::uint32_t proofs = 0;     ///< answers in a row while unproven or proving
  bool fast = false;            ///< in use, or one of the two standbys
  bool leaves = false;          ///< the configuration or an admin takes it away soon

  // figures
  LastMinute minute;
  RoundTrips round_trips;
  std::uint64_t reordered = 0;
  std::uint32_t reflector_sequence = 0;  ///< in the answer to last_answered; 0: not known
  /// The longest two silences that were no outage, the longer first.
  using Gaps = std::array<Duration, 2>;
  std::array<Gaps, 2> gaps{};  ///< of this period (kGapMemory), and of the one before
  Instant gap_period;          ///< when this period began

  // size
  std::uint16_t size = 0;           ///< largest inner packet that passes, bytes; 0: not known
  Instant size_at;                  ///< when that was last proved
  Instant size_lost_at;             ///< when a larger size last turned out not to pass any more
  std::uint32_t size_failures = 0;  ///< size probes lost in a row while small ones passed
  std::uint16_t search_low = 0;     ///< this much passes, in a search
  std::uint16_t search_high = 0;    ///< this much does not pass, in a search; 0: there is no search
  std::uint32_t size_sequence = 0;  ///< of the size probe that waits for its answer; 0: none
  Instant next_size;
  Duration size_retry{};  ///< time until more than `size` is tried again on a limited path
  Instant next_whole;     ///< the moment when it is tried
  // in fragments: a path in use that passes less than 1280 bytes (see fragments.cpp)
  std::uint32_t fragments_missed = 0;  ///< probes of 1280 bytes lost in a row
  std::optional<bool> fragments_pass;  ///< nullopt: not proved
  Instant next_fragments;
  Instant whole_from;  ///< since when 1280 bytes are tried without fragments; 0: they are not

  // direction
  std::uint64_t received_then = 0;  ///< the device's counter when suspicion began
  std::uint64_t received_now = 0;
  bool counted = false;               ///< received_then belongs to this silence
  std::uint32_t hub_heard = 0;        ///< newest sequence that the hub received; 0: not said
  std::uint32_t silent_sequence = 0;  ///< first probe of this silence

  // history
  std::uint32_t flaps = 0;  ///< troubles, halved for each quiet hour
  Instant flap_at;
  Duration hold{};  ///< how long it has to stay good before it is preferred again
  std::uint32_t repairs = 0;
  Instant next_repair;
};

}  // namespace kaido
