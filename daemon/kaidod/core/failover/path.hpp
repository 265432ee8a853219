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
#include <cstdint>
#include <optional>

#include "core/tunnel.hpp"

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

/// Losses over the last minute, by the second in which a probe was sent.
class LossWindow {
 public:
  static constexpr std::size_t kSeconds = 60;
  /// A probe without an answer after this long is lost.
  static constexpr auto kOverdue = std::chrono::seconds(1);
  void sent(Instant now);
  /// `sent_at` of the probe that was answered.
  void answered(Instant sent_at, Instant now);
  struct Count {
    std::uint32_t sent = 0;
    std::uint32_t lost = 0;
    [[nodiscard]] double share() const {
      return sent == 0 ? 0.0 : static_cast<double>(lost) / sent;
    }
  };
  /// Of probes sent in the last `seconds` (at most kSeconds) and old enough to be judged.
  [[nodiscard]] Count count(Instant now, std::size_t seconds = kSeconds) const;
  void clear() { *this = {}; }

 private:
  struct Second {
    std::int64_t number = -1;
    std::uint16_t sent = 0;
    std::uint16_t answered = 0;
  };
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
  Instant good_since;  ///< no trouble of any kind since then

  // probes
  std::uint32_t next_sequence = 1;
  std::uint32_t last_answered = 0;
  Instant next_probe;
  Instant last_reply;        ///< of the reflector, or of the witness where there is no reflector
  Instant last_witness;      ///< ICMP answered
  Instant silent_from;       ///< a reply should have come by then; valid while suspect or down
  std::uint32_t missed = 0;  ///< probes in a row that are overdue
  struct Sent {
    std::uint32_t sequence = 0;
    Instant at;
    std::uint16_t size = 0;
    bool answered = false;
  };
  std::array<Sent, 64> sent{};  ///< by sequence modulo 64
  std::uint32_t proofs = 0;     ///< answers in a row while proving

  // figures
  LossWindow loss;     ///< of the round trip
  LossWindow forward;  ///< as far as the reflector's count tells
  RoundTrips round_trips;
  std::uint64_t reordered = 0;
  std::uint32_t reflector_sequence = 0;
  std::uint32_t reflector_base = 0;
  std::uint32_t replies = 0;
  Duration longest_gap{};  ///< between answers, outside outages, fading over 24 h
  Instant longest_gap_at;

  // size
  std::uint16_t size = 0;  ///< largest inner packet that was answered; 0: not known
  Instant size_at;         ///< when that was
  std::uint32_t size_failures =
      0;  ///< full-size probes in a row that were lost while small ones passed
  std::uint16_t search_low = 0;  ///< a search is under way between these
  std::uint16_t search_high = 0;
  std::uint32_t size_sequence = 0;  ///< of the size probe that is out; 0: none
  std::uint16_t size_out = 0;
  Instant next_size;

  // direction
  std::uint64_t received_then = 0;  ///< the device's counter when suspicion began
  std::uint64_t received_now = 0;
  std::optional<std::uint32_t> hub_heard;  ///< last sequence that the hub says it heard
  Instant hub_heard_at;

  // history
  std::uint32_t flaps = 0;  ///< troubles, halved for each quiet hour
  Instant flap_at;
  Duration hold{};  ///< how long it has to stay good before it is preferred again
  std::uint32_t repairs = 0;
  Instant next_repair;
  Instant applied_at;  ///< when the hub last said that it follows the newest claim

  // the last minute for pictures, newest last: loss in tenths of a percent, delay in units of 100
  // us
  bool fast = false;  ///< probed at the fast rate now
};

}  // namespace kaido
