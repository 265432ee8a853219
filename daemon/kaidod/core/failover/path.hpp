// One path: a tunnel plus what has been measured through it.
//
//                answered                overdue                 silent for the threshold
//   unproven ─────────────> good ─────────────────────> suspect ────────────────────────> down
//      ^                     ^ ^        answered           │                               │
//      │ tunnel up again     │ └───────────────────────────┘          answered (fast) for  │
//   unusable <── tunnel gone │                                        the proving time     │
//   (from every state)       └──────────────── proving <───────────────────────────────────┘
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

enum class Health : std::uint8_t { unusable, unproven, good, suspect, down, proving };

/// What is wrong with a path; each is also a condition (include/kaido/error.hpp).
enum class Trouble : std::uint8_t {
  none,
  silent,            ///< nothing comes back: both directions, or it cannot be told
  upload_dead,       ///< what we send does not arrive; what the hub sends does
  download_dead,     ///< the hub hears us, we do not hear it
  reflector_silent,  ///< the hub's kernel answers, its reflector does not: no reason to switch
  size_limited,      ///< small packets pass, full ones do not
  lossy,             ///< outside the SLA of a network that uses it
  slow,
  claim_ignored,  ///< answers come, but the hub does not follow our claims
};
[[nodiscard]] const char* to_string(Health health);
[[nodiscard]] const char* to_string(Trouble trouble);

/// The last minute, by seconds: losses of the round trip and of each direction, and delay. A probe
/// belongs to the second in which it was sent.
class LastMinute {
 public:
  static constexpr std::size_t kSeconds = 60;
  /// A probe without an answer after this long is lost.
  static constexpr auto kOverdue = std::chrono::seconds(1);

  void sent(Instant now);
  void answered(Instant sent_at, Duration round_trip);
  /// Between two answers `probes` were sent, `arrived` of them reached the reflector, one came
  /// back.
  void directions(Instant now, std::uint32_t probes, std::uint32_t arrived);
  /// What was lost since then was not lost by the path.
  void forget(Instant since);

  struct Count {
    std::uint32_t sent = 0;
    std::uint32_t lost = 0;
    [[nodiscard]] double share() const {
      return sent == 0 ? 0.0 : static_cast<double>(lost) / sent;
    }
  };
  /// Probes of the last `seconds` (at most kSeconds) that are old enough to be judged.
  [[nodiscard]] Count round_trip(Instant now, std::size_t seconds = kSeconds) const;
  [[nodiscard]] Count upload(Instant now, std::size_t seconds = kSeconds) const;
  [[nodiscard]] Count download(Instant now, std::size_t seconds = kSeconds) const;
  /// One second, `ago` seconds before the last that can be judged; nothing sent then: nullopt.
  struct Sample {
    double loss = 0;   ///< a share
    Duration delay{};  ///< mean round trip; 0: nothing came back
  };
  [[nodiscard]] std::optional<Sample> sample(Instant now, std::size_t ago) const;

 private:
  struct Second {
    std::int64_t number = -1;
    std::uint16_t sent = 0;
    std::uint16_t answered = 0;
    std::uint16_t up_sent = 0;
    std::uint16_t up_arrived = 0;
    std::uint16_t down_sent = 0;
    std::uint16_t down_arrived = 0;
    std::uint32_t delay_us = 0;  ///< sum
  };
  Second& second(Instant at);
  template <typename Add>
  [[nodiscard]] Count sum(Instant now, std::size_t seconds, Add add) const;
  std::array<Second, kSeconds + 4> seconds_{};
};

/// Round trips of the last 64 answers.
class RoundTrips {
 public:
  void add(Duration round_trip);
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Duration smoothed() const { return smoothed_; }  ///< RFC 6298 §2
  [[nodiscard]] Duration variation() const { return variation_; }
  [[nodiscard]] Duration jitter() const { return jitter_; }  ///< RFC 3550 §6.4.1
  struct Quantiles {
    Duration minimum{}, median{}, p95{};
  };
  [[nodiscard]] Quantiles quantiles() const;
  void clear() { *this = {}; }

 private:
  std::array<Duration, 64> samples_{};
  std::size_t count_ = 0;
  Duration smoothed_{}, variation_{}, jitter_{};
};

struct PathState {
  Health health = Health::unusable;
  Trouble trouble = Trouble::none;
  Instant since;       ///< of health or trouble
  Instant good_since;  ///< back, or rid of a trouble; none has begun before it is over

  // probes
  std::uint32_t next_sequence = 1;
  std::uint32_t last_answered = 0;
  Instant next_probe;
  Instant last_reply;        ///< of the reflector (of ICMP, where that is all there is)
  Instant witness_asked;     ///< since the silence began
  Instant first_witness;     ///< ICMP answered in this silence; 0: not yet
  Instant last_witness;      ///< ICMP answered beside a silent reflector
  Instant silent_from;       ///< an answer should have come by then; while suspect or down
  bool woke_others = false;  ///< in this silence
  struct Sent {
    std::uint32_t sequence = 0;
    Instant at;
    std::uint16_t size = 0;
    bool answered = true;
  };
  std::array<Sent, 64> sent{};  ///< by sequence modulo 64
  std::uint32_t proofs = 0;     ///< answers in a row while unproven or proving
  bool fast = false;            ///< in use, or one of the two standbys
  bool leaves = false;          ///< it will not be configured any more

  // figures
  LastMinute minute;
  RoundTrips round_trips;
  std::uint64_t reordered = 0;
  std::uint32_t reflector_sequence = 0;  ///< at the answer to last_answered; 0: not known
  /// The longest two between answers outside outages, the longer first.
  using Gaps = std::array<Duration, 2>;
  std::array<Gaps, 2> gaps{};  ///< of this period (kGapMemory), and of the one before
  Instant gap_period;          ///< when this one began

  // size
  std::uint16_t size = 0;           ///< largest inner packet that passes; 0: not known
  Instant size_at;                  ///< when that was last proved
  Instant size_lost_at;             ///< when it was last known that it does not pass any more
  std::uint32_t size_failures = 0;  ///< size probes in a row that were lost while small ones passed
  std::uint16_t search_low = 0;   ///< this much passes; a search is under way while search_high > 0
  std::uint16_t search_high = 0;  ///< this much does not
  std::uint32_t size_sequence = 0;  ///< of the size probe that is out; 0: none
  Instant next_size;
  Duration size_retry{};  ///< until more than its size is tried again on a limited path
  Instant next_whole;     ///< and when that is
  // in fragments: a path in use that passes less than 1280 (see size.cpp)
  std::uint32_t fragments_missed = 0;  ///< probes of 1280 in a row that were lost
  std::optional<bool> fragments_pass;  ///< nullopt: not proved
  Instant next_fragments;
  Instant whole_from;  ///< none are made while 1280 is tried again; 0: it is not

  // direction
  std::uint64_t received_then = 0;  ///< the device's counter when suspicion began
  std::uint64_t received_now = 0;
  bool counted = false;               ///< received_then is of this silence
  std::uint32_t hub_heard = 0;        ///< newest sequence that the hub says it heard; 0: not said
  std::uint32_t silent_sequence = 0;  ///< first probe of this silence

  // history
  std::uint32_t flaps = 0;  ///< troubles, halved for each quiet hour
  Instant flap_at;
  Duration hold{};  ///< how long it has to stay good before it is preferred again
  std::uint32_t repairs = 0;
  Instant next_repair;
};

}  // namespace kaido
