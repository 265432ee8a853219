// The parts of core/failover, and what they need of each other. Nobody outside this folder includes
// it.
#pragma once

#include <algorithm>

#include "core/failover/failover.hpp"

namespace kaido::failover {

using namespace std::chrono_literals;

/// One event's handling.
struct Context {
  FailoverState& state;
  Instant now;
  FailoverActions& out;

  [[nodiscard]] PathState& path(std::size_t i) const { return state.paths[i]; }
  [[nodiscard]] const PathSpec& spec(std::size_t i) const { return state.plan.paths[i]; }
  void changed(std::size_t i) const { out.emplace_back(PathChanged{i}); }
};

inline constexpr std::uint32_t kSilentProbes =
    3;  ///< unanswered ones that make a path dead, at least
inline constexpr auto kLongestSilence = 1s;
inline constexpr auto kGapMemory = 20min;  ///< gaps of this period and of the one before count
inline constexpr std::uint32_t kFirstProofs = 3;  ///< answers that make a new path good
inline constexpr std::uint32_t kNewProofs = 20;   ///< and one that was down
inline constexpr auto kHardHold = 30s;            ///< before a path that died is preferred again
inline constexpr auto kSoftHold = 300s;           ///< and one that left the SLA
inline constexpr auto kNewHold = 3s;              ///< and one that never had trouble
inline constexpr auto kLongestHold = 3600s;
inline constexpr auto kSlack = 3ms;   ///< probes that are due within it leave together
inline constexpr auto kLately = 60s;  ///< a path that has been silent for longer is asked rarely
/// A hub follows a claim in milliseconds; a restart of its kaidod takes a second.
inline constexpr auto kFollowsFromDead = 1500ms;  ///< when the way it uses until then is dead
inline constexpr auto kFollows = 5s;

// ---- silence (silence.cpp)
/// A reply to a probe is not late before this long after it was sent.
[[nodiscard]] Duration patience(const PathState& path);
/// Silence that makes the path dead.
[[nodiscard]] Duration threshold(const FailoverState& state, std::size_t path, Instant now);
/// Which direction died: the hub's word by another path, or what still comes in.
[[nodiscard]] Trouble direction(const PathState& path);
void judge_silence(const Context& context, std::size_t path);
/// When judge_silence() has something to do next; the end of time: never.
[[nodiscard]] Instant silence_due(const FailoverState& state, std::size_t path);
/// A silence that ended: how long it was beyond what was due, so that a silence of that length does
/// not count as death again. Not what the witness explains, and not our own pauses: nothing was due
/// then.
void remember_gap(const Context& context, std::size_t path, Instant at);

// ---- measuring (measuring.cpp)
[[nodiscard]] Duration interval(const FailoverState& state, std::size_t path);
void set_health(const Context& context, std::size_t path, Health health, Trouble trouble);
void set_usable(const Context& context, std::size_t path, bool usable);
void on_reply(const Context& context, const ProbeReply& reply);
void on_counters(const Context& context, const CountersRead& read);
/// Judges silence, sends what is due.
void attend(const Context& context, std::size_t path);
/// When attend() has something to do next; nullopt: never.
[[nodiscard]] std::optional<Instant> attention(const FailoverState& state, std::size_t path);
[[nodiscard]] inline bool alive(const PathState& path) {
  return path.health == Health::good || path.health == Health::suspect;
}

// ---- size (size.cpp)
void attend_size(const Context& context, std::size_t path);
void on_size_reply(const Context& context, std::size_t path, std::uint32_t sequence,
                   std::uint16_t size);
/// Bytes of an inner packet that get through, whole or in fragments.
[[nodiscard]] std::uint16_t carried(const FailoverState& state, std::size_t path);
/// Traffic begins to go by it: what passed a while ago may not pass any more.
void ask_size(const Context& context, std::size_t path);
/// A network begins or ceases to use the path.
void size_used(const Context& context, std::size_t path);
[[nodiscard]] bool size_settled(const FailoverState& state, std::size_t path);
[[nodiscard]] Duration size_interval(const FailoverState& state, std::size_t path);
std::uint32_t send_probe(const Context& context, std::size_t path, std::uint16_t size);

// ---- budget (budget.cpp)
void begin_budgets(FailoverState& state, const FailoverState& before, Instant now);
void spend(const Context& context, std::size_t path, std::uint16_t size);
[[nodiscard]] bool spent(const FailoverState& state, std::size_t path);
/// The interval that a path's share of a spent budget allows; 0: any.
[[nodiscard]] Duration affordable(const FailoverState& state, std::size_t path);
[[nodiscard]] Duration affordable_for_size(const FailoverState& state, std::size_t path);

// ---- choosing (choosing.cpp)
/// A trouble has begun: how long the path has to stay good grows with each.
void count_flap(const Context& context, std::size_t path, Duration base);
void choose(const Context& context);
void review(const Context& context);
void use(const Context& context, std::size_t network, std::optional<std::size_t> path,
         ChoiceRule rule);

// ---- standbys (standbys.cpp)
void assign_standbys(const Context& context);

}  // namespace kaido::failover
