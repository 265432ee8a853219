#include "core/failover/silence.hpp"

#include <algorithm>
#include <cstdint>

#include "core/failover/beat.hpp"
#include "core/failover/hold_down.hpp"
#include "core/failover/probing.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/transitions.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kSilentUnproven = 10;  ///< missed probes that make a new path dead
constexpr std::uint32_t kWakeOthers = 2;       ///< missed probes after which others are asked
constexpr int kSuspectAfter = 4;               ///< 1/4 interval beyond a late answer: suspicion
constexpr auto kFirstRepair = 1s;              ///< after a path went down
constexpr auto kWakeStep = 1ms;                ///< between the probes that wake other paths

const PathState::Sent* first_unanswered(const PathState& path) {
  const auto next = path.next_sequence;
  auto sequence = path.last_answered + 1;
  if (next - sequence > path.sent.size())
    sequence = next - static_cast<std::uint32_t>(path.sent.size());
  for (; sequence != next; ++sequence) {
    const auto& sent = path.sent[sequence % path.sent.size()];
    // A full-size probe proves size, not life.
    if (sent.sequence == sequence && !sent.answered && sent.size == 0) return &sent;
  }
  return nullptr;
}

/// Small probes after the last answered one whose answer should have come by now.
std::uint32_t missed(const PathState& path, Instant now) {
  std::uint32_t count = 0;
  const auto wait = patience(path);
  for (auto sequence = path.next_sequence - 1;
       sequence != path.last_answered && path.next_sequence - sequence <= path.sent.size();
       --sequence) {
    const auto& sent = path.sent[sequence % path.sent.size()];
    if (sent.sequence == sequence && !sent.answered && sent.size == 0 && sent.at + wait <= now)
      ++count;
  }
  return count;
}

/// When the next answer was due.
Instant expected(const FailoverState& state, std::size_t i, const PathState::Sent& oldest) {
  const auto& path = state.paths[i];
  const auto fast = state.plan.rates.fast;
  return std::max(path.last_reply, oldest.at + patience(path) - fast);
}

/// The path was asked a moment ago. Where many fall silent together, each is asked once.
bool just_asked(const Context& context, const PathState& path) {
  const auto& last = path.sent[(path.next_sequence - 1) % path.sent.size()];
  return last.sequence == path.next_sequence - 1 &&
         context.now - last.at < context.state.plan.rates.fast / 4;
}

/// Answers on the other paths say what the hub received by this one.
void wake_others(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (path.woke_others) return;
  path.woke_others = true;
  auto at = context.now;
  for (std::size_t other = 0; other < context.state.paths.size(); ++other) {
    auto& neighbour = context.path(other);
    if (other == i || neighbour.health == Health::unusable ||
        context.spec(other).measure == Measure::none || just_asked(context, neighbour))
      continue;
    neighbour.next_probe = std::min(neighbour.next_probe, at);
    at += kWakeStep;
  }
}

void begin_silence(const Context& context, std::size_t i, const PathState::Sent& oldest) {
  auto& path = context.path(i);
  path.silent_from = expected(context.state, i, oldest);
  path.silent_sequence = oldest.sequence;
  path.hub_heard = 0;
  path.counted = false;
  path.received_then = path.received_now = 0;
  path.woke_others = false;
  set_health(context, i, Health::suspect, path.trouble);
  context.out.emplace_back(ReadCounters{i});
  if (context.spec(i).measure == Measure::stamp)
    context.out.emplace_back(SendProbe{.path = i, .sequence = oldest.sequence, .echo = true});
  path.witness_asked = context.now;
  path.first_witness = {};
  path.next_probe = std::min(path.next_probe, context.now + probe_interval(context.state, i));
}

/// The end of the threshold, and of the time that the witness has to answer.
Instant dead_at(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto dead = path.silent_from + threshold(state, i, now);
  if (state.plan.paths[i].measure != Measure::stamp) return dead;
  return std::max(dead, path.witness_asked + patience(path));
}

void judge_unproven(const Context& context, std::size_t i, const PathState::Sent& oldest) {
  auto& path = context.path(i);
  if (missed(path, context.now) < kSilentUnproven) return;
  path.silent_from = expected(context.state, i, oldest);
  path.silent_sequence = oldest.sequence;
  set_health(context, i, Health::down, Trouble::silent);
}

void judge_proving(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (missed(path, context.now) < kSilentProbes) return;
  path.proofs = 0;
  set_health(context, i, Health::down, direction(path));
}

void judge_suspect(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto now = context.now;
  const auto lost = missed(path, now);
  if (lost >= kWakeOthers && !path.woke_others) {
    context.out.emplace_back(ReadCounters{i});
    wake_others(context, i);
  }
  if (lost < kSilentProbes || now < dead_at(context.state, i, now)) return;
  // The hub's kernel answers through the tunnel: only the reflector is silent.
  if (path.last_witness > path.silent_from &&
      now - path.last_witness < threshold(context.state, i, now))
    return set_health(context, i, Health::suspect, Trouble::reflector_silent);
  path.proofs = 0;
  path.repairs = 0;
  path.next_repair = now + kFirstRepair;
  count_flap(context, i, kHardHold);
  set_health(context, i, Health::down, direction(path));
}

/// A suspect path is judged again when each of its next probes is late, and when it is dead.
Instant suspect_due(const FailoverState& state, std::size_t i, const PathState::Sent& oldest) {
  const auto& path = state.paths[i];
  auto next = Instant::max();
  const auto earliest = [&](Instant at) {
    if (at > state.last_tick) next = std::min(next, at);
  };
  for (std::uint32_t n = 0; n < kSilentProbes; ++n) {
    const auto& sent = path.sent[(oldest.sequence + n) % path.sent.size()];
    if (sent.sequence == oldest.sequence + n && !sent.answered) earliest(sent.at + patience(path));
  }
  earliest(dead_at(state, i, state.last_tick));
  return next;
}

}  // namespace

Trouble direction(const PathState& path) {
  if (path.hub_heard >= path.silent_sequence && path.hub_heard != 0) return Trouble::download_dead;
  if (path.received_now > path.received_then + 1) return Trouble::upload_dead;
  return Trouble::silent;
}

void judge_silence(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto* oldest = first_unanswered(path);
  if (oldest == nullptr) return;
  if (path.health == Health::good &&
      oldest->at + patience(path) + probe_interval(context.state, i) / kSuspectAfter <= context.now)
    begin_silence(context, i, *oldest);
  switch (path.health) {
    case Health::unproven:
      return judge_unproven(context, i, *oldest);
    case Health::proving:
      return judge_proving(context, i);
    case Health::suspect:
      return judge_suspect(context, i);
    case Health::good:
    case Health::down:
    case Health::unusable:
      return;
  }
}

Instant silence_due(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto* oldest = first_unanswered(path);
  if (oldest == nullptr) return Instant::max();
  if (path.health == Health::good) {
    // A path that is probed rarely is judged when it is probed next. Nothing wakes for it alone.
    const auto step = probe_interval(state, i);
    const auto at = oldest->at + patience(path) + step / kSuspectAfter;
    return step < kBeat ? at : beat(at);
  }
  if (path.health != Health::suspect || path.trouble == Trouble::reflector_silent)
    return Instant::max();
  return suspect_due(state, i, *oldest);
}

}  // namespace kaido::failover
