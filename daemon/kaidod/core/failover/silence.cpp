// Silence, and what it means.
#include <cmath>

#include "core/failover/parts.hpp"

namespace kaido::failover {
namespace {

constexpr auto kUnknownPatience = 500ms;                 ///< where no round trip is known yet
constexpr double kFalseAlarmProbes = 20.0 * 86400 * 30;  ///< one false alarm in 30 days of 50 ms

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

/// Small probes whose answer should have come by now, since the last one that did.
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

/// By when the next answer should have been there.
Instant expected(const FailoverState& state, std::size_t i, const PathState::Sent& oldest) {
  const auto& path = state.paths[i];
  const auto fast = state.plan.rates.fast;
  return std::max(path.last_reply, oldest.at + patience(path) - fast);
}

void wake_others(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (path.woke_others) return;
  path.woke_others = true;
  auto at = context.now;
  for (std::size_t other = 0; other < context.state.paths.size(); ++other) {
    auto& neighbour = context.path(other);
    if (other == i || neighbour.health == Health::unusable ||
        context.spec(other).measure == Measure::none)
      continue;
    // Where many fall silent together each is asked once.
    const auto& last = neighbour.sent[(neighbour.next_sequence - 1) % neighbour.sent.size()];
    if (last.sequence == neighbour.next_sequence - 1 &&
        context.now - last.at < context.state.plan.rates.fast / 4)
      continue;
    neighbour.next_probe = std::min(neighbour.next_probe, at);
    at += 1ms;
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
  path.next_probe = std::min(path.next_probe, context.now + interval(context.state, i));
}

/// The second longest: what happened once is no habit of the line.
Duration habitual_gap(const PathState& path, Instant now) {
  const auto age = now - path.gap_period;
  if (age > 2 * kGapMemory) return {};
  const auto& [these, before] = path.gaps;
  if (age > kGapMemory) return these[1];
  return std::max({std::min(these[0], before[0]), these[1], before[1]});
}

/// The witness has had its time by then, too.
Instant dead_at(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto dead = path.silent_from + threshold(state, i, now);
  if (state.plan.paths[i].measure != Measure::stamp) return dead;
  return std::max(dead, path.witness_asked + patience(path));
}

}  // namespace

Duration patience(const PathState& path) {
  if (path.round_trips.empty()) return kUnknownPatience;
  return path.round_trips.smoothed() + 4 * path.round_trips.variation();
}

Duration threshold(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto fast = state.plan.rates.fast;
  const auto gap = habitual_gap(path, now);
  // Independent loss p: k in a row come by chance once in 30 days when p^k = 1 / probes of 30 days.
  // What only the reflector did not answer is no loss.
  const auto share = path.trouble == Trouble::reflector_silent
                         ? 0.0
                         : std::min(0.5, path.minute.round_trip(now).share());
  const auto k = share <= 0 ? 0.0 : std::ceil(std::log(kFalseAlarmProbes) / -std::log(share));
  const auto wanted = std::max<Duration>(gap + gap / 4, fast * static_cast<int>(k));
  const auto least = fast * static_cast<int>(kSilentProbes);
  return std::clamp<Duration>(wanted, least, std::max<Duration>(kLongestSilence, least));
}

Trouble direction(const PathState& path) {
  if (path.hub_heard >= path.silent_sequence && path.hub_heard != 0) return Trouble::download_dead;
  if (path.received_now > path.received_then + 1) return Trouble::upload_dead;
  return Trouble::silent;
}

void judge_silence(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto now = context.now;
  const auto* oldest = first_unanswered(path);
  if (oldest == nullptr) return;
  if (path.health == Health::good &&
      oldest->at + patience(path) + interval(context.state, i) / 4 <= now)
    begin_silence(context, i, *oldest);
  if (path.health == Health::unproven) {
    if (missed(path, now) < 10) return;
    path.silent_from = expected(context.state, i, *oldest);
    path.silent_sequence = oldest->sequence;
    return set_health(context, i, Health::down, Trouble::silent);
  }
  if (path.health == Health::proving && missed(path, now) >= kSilentProbes) {
    path.proofs = 0;
    return set_health(context, i, Health::down, direction(path));
  }
  if (path.health != Health::suspect) return;
  const auto lost = missed(path, now);
  if (lost >= 2 && !path.woke_others) {
    context.out.emplace_back(ReadCounters{i});
    wake_others(context, i);
  }
  if (lost < kSilentProbes || now < dead_at(context.state, i, now)) return;
  if (path.last_witness > path.silent_from) {
    // The hub's kernel answers through the tunnel: only the reflector is silent.
    if (now - path.last_witness < threshold(context.state, i, now))
      return set_health(context, i, Health::suspect, Trouble::reflector_silent);
  }
  path.proofs = 0;
  path.repairs = 0;
  path.next_repair = now + 1s;
  count_flap(context, i, kHardHold);
  set_health(context, i, Health::down, direction(path));
}

Instant silence_due(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto* oldest = first_unanswered(path);
  if (oldest == nullptr) return Instant::max();
  if (path.health == Health::good) {
    // Who is asked rarely is looked at when the next is asked: that wakes nobody for it alone.
    const auto step = interval(state, i);
    const auto at = oldest->at + patience(path) + step / 4;
    return step < kBeat ? at : beat(at);
  }
  auto next = Instant::max();
  if (path.health != Health::suspect || path.trouble == Trouble::reflector_silent) return next;
  const auto take = [&](Instant at) {
    if (at > state.last_tick) next = std::min(next, at);
  };
  // Each lost one may be the last that was missing.
  for (std::uint32_t n = 0; n < kSilentProbes; ++n) {
    const auto& sent = path.sent[(oldest->sequence + n) % path.sent.size()];
    if (sent.sequence == oldest->sequence + n && !sent.answered) take(sent.at + patience(path));
  }
  take(dead_at(state, i, state.last_tick));
  return next;
}

void remember_gap(const Context& context, std::size_t i, Instant at) {
  auto& path = context.path(i);
  const bool down = path.health == Health::down;  // for a moment: a line that pauses now and then
  if (!down && (path.health != Health::suspect || !path.fast)) return;
  // When a pause ends both answer, the kernel a moment before the reflector.
  const bool explained = path.first_witness != Instant{} &&
                         at - path.first_witness >= context.state.plan.rates.fast / 2;
  if (explained) return;
  const auto gap = at - path.silent_from;
  if (gap <= Duration{} || gap > kLongestSilence) return;
  if (const auto age = context.now - path.gap_period; age > kGapMemory) {
    path.gaps = {PathState::Gaps{}, age > 2 * kGapMemory ? PathState::Gaps{} : path.gaps[0]};
    path.gap_period = context.now;
  }
  auto& [longest, second] = path.gaps[0];
  second = std::max(second, std::min(longest, gap));
  longest = std::max(longest, gap);
}

}  // namespace kaido::failover
