// The life of one tunnel, as an explicit state machine: a type per state, holding only what is
// valid in it.
//
//             uplink usable, charon there                 child installed / handshake
//   Waiting ───────────────────────────────> Connecting ──────────────────────────────> Up
//      ^                                      │      ^                                   │
//      │ uplink or charon lost                │ failed / deadline                        │ lost
//      │ (from every state)                   v      │ time                              │
//      └───────────────────────────────── BackOff ───┴───────────────────────────────────┘
//
// A hub's end never initiates, it is Listening instead. Disabled is left by the admin's word alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/model.hpp"
#include "kaido/error.hpp"

namespace kaido {

using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

namespace state {
struct Disabled {};
/// For an uplink, charon or the firewall; `reason` says which.
struct Waiting {
  Error reason;
};
/// An attempt is under way; `evidence` is the worst that was heard of it so far.
struct Connecting {
  Instant deadline;
  std::optional<Error> evidence;
  bool ordered = false;  ///< IKEv2: charon has taken the order, so silence is the hub's
};
struct BackOff {
  Instant until;
};
struct Listening {};
struct Up {};
}  // namespace state

using TunnelState = std::variant<state::Disabled, state::Waiting, state::Connecting, state::BackOff,
                                 state::Listening, state::Up>;

/// "up", "connecting" … as in TunnelReport::state.
[[nodiscard]] const char* to_string(const TunnelState& state);

/// An attempt that has not succeeded after this long has failed.
inline constexpr auto kConnectTimeout = std::chrono::seconds(20);
/// Back-off: the first retry comes soon, then doubling up to a minute, a quarter of jitter.
inline constexpr auto kFirstRetry = std::chrono::milliseconds(500);
inline constexpr auto kLongestRetry = std::chrono::seconds(60);
/// A WireGuard session without a handshake for this long is gone (REJECT_AFTER_TIME).
inline constexpr std::int64_t kHandshakeLifetime = 180;

/// One that was tried for this long, or in vain this often, is a trouble that a person is told of.
inline constexpr auto kPatience = std::chrono::seconds(10);
inline constexpr std::uint32_t kPatientFailures = 2;

/// `failures` in a row, at least 1; `random` in [0, 1).
[[nodiscard]] Duration back_off(std::uint32_t failures, double random);

/// What it means when nothing at all is heard.
[[nodiscard]] constexpr Condition silence_of(Transport transport) {
  return transport == Transport::ikev2 ? Condition::tunnel_no_answer
                                       : Condition::tunnel_no_handshake;
}

/// What follows from the configuration.
struct TunnelSpec {
  std::string name;              ///< for people: see core/addressing.hpp
  std::string device;            ///< its interface
  std::string connection;        ///< charon's name for it; empty: not IKEv2
  std::uint32_t slot_index = 0;  ///< site: index into Model::slots
  std::uint32_t site_index = 0;  ///< hub: index into Model::sites
  std::uint8_t slot = 0;         ///< the slot's number
  Transport transport = Transport::ikev2;
  bool listens = false;                  ///< a hub's end: it never initiates
  std::optional<WireGuardKey> peer_key;  ///< public, of the other end's slot; nullopt: not known
};

struct Tunnel : TunnelSpec {
  TunnelState state;
  Instant since;                      ///< when `state` was entered
  Instant trying_since;               ///< for as long as trying()
  bool troubled = false;              ///< trying(), and beyond what is usual
  std::uint32_t failures = 0;         ///< in a row, since it was up or had to wait
  std::optional<Error> last_failure;  ///< since then, too

  // IKEv2: what charon has, whatever the state: an SA outlives a link that is lost for a moment.
  std::vector<std::uint32_t> sas;       ///< IKE SAs with an installed child
  std::vector<std::uint32_t> retiring;  ///< those of `sas` that end as soon as another is up
  std::uint32_t attempt_sa = 0;         ///< the IKE SA of the attempt under way; 0: not known
  std::size_t connection_print = 0;     ///< of the connection they were made from
  /// The other encapsulation: ESP in UDP although there is no NAT. Kept for as long as it works: a
  /// line that drops protocol 50 goes on doing so, and UDP costs only 8 bytes.
  bool force_encap = false;
  // WireGuard
  std::int64_t last_handshake = 0;  ///< seconds since 1970; 0: never
  Instant handshake_at;             ///< the same by the steady clock, which nobody sets
  Instant looked_at;                ///< when the kernel was last asked; 0: never
  bool handshake_fresh = false;     ///< younger than kHandshakeLifetime when last looked at
  std::optional<IpAddress> outer;   ///< where the peer's packets came from when last looked at

  [[nodiscard]] bool up() const { return std::holds_alternative<state::Up>(state); }
  /// A site's: wanted, with nothing in the way, and not up.
  [[nodiscard]] bool trying() const {
    return std::holds_alternative<state::Connecting>(state) ||
           std::holds_alternative<state::BackOff>(state);
  }
  /// Why it is not up, or why the last attempt failed; nullopt: it is, or nothing is known.
  [[nodiscard]] std::optional<Error> reason() const;
  /// A hub's end: without a session for certain. While charon is away nobody can tell, and the
  /// kernel goes on with the SAs it has.
  [[nodiscard]] bool over() const {
    return !up() && !std::holds_alternative<state::Waiting>(state);
  }
};

}  // namespace kaido
