// The health of a path, and what is wrong with it.
//
//                answered                overdue                 silent for the threshold
//   unproven ─────────────> good ─────────────────────> suspect ────────────────────────> down
//      ^                     ^ ^        answered           │                               │
//      │ tunnel up again     │ └───────────────────────────┘          answered (fast) for  │
//   unusable <── tunnel gone │                                        the proving time     │
//   (from every state)       └──────────────── proving <───────────────────────────────────┘
#pragma once

#include <cstdint>

namespace kaido {

enum class Health : std::uint8_t { unusable, unproven, good, suspect, down, proving };

/// What is wrong with a path; each is also a condition (include/kaido/error.hpp).
enum class Trouble : std::uint8_t {
  none,
  silent,            ///< no answer; both directions are dead, or nobody can tell which
  upload_dead,       ///< our packets do not arrive at the hub; the hub's packets arrive here
  download_dead,     ///< our packets arrive at the hub; the hub's packets do not arrive here
  reflector_silent,  ///< the hub's kernel answers, its reflector does not: no reason to switch
  size_limited,      ///< small packets pass, full ones do not
  lossy,             ///< outside the SLA of a network that may use it
  slow,              ///< the same, for its delay
  claim_ignored,     ///< answers come, but the hub does not apply our claims
};

/// Stable codes for reports and logs: "down", "upload-dead".
[[nodiscard]] const char* to_string(Health health);
/// Empty for Trouble::none.
[[nodiscard]] const char* to_string(Trouble trouble);

}  // namespace kaido
