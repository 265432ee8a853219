// Silence, and what it means.
#include <cmath>

#include "core/failover/parts.hpp"

namespace kaido::failover {
namespace {

constexpr auto kUnknownPatience = 1s;
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

void set_health(const Context& context, std::size_t i, Health health, Trouble trouble) {
  auto& path = context.path(i);
  if (path.health == health && path.trouble == trouble) return;
  if (health == Health::good && trouble == Trouble::none &&
      (path.health != Health::suspect || path.trouble != Trouble::none))
    path.good_since = context.now;
  const bool seen = path.health != health || path.trouble != trouble;
  // Suspicion comes and goes with every lost packet: nothing to tell.
  const auto quiet = [](Health h) { return h == Health::suspect || h == Health::good; };
  const bool same_trouble = path.trouble == trouble;
  const bool passing = quiet(path.health) && quiet(health) && same_trouble;
  const bool tell = seen && !passing;
  path.health = health;
  path.trouble = trouble;
  context.state.dirty = true;
  if (!tell) return;
  path.since = context.now;
  context.changed(i);
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

/// Which direction died: the hub's word by another path, or what still comes in.
Trouble direction(const PathState& path) {
  if (path.hub_heard >= path.silent_sequence && path.hub_heard != 0) return Trouble::download_dead;
  if (path.received_now > path.received_then + 1) return Trouble::upload_dead;
  return Trouble::silent;
}

/// The witness has had its time by then, too.
Instant dead_at(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto dead = path.silent_from + threshold(state, i, now);
  if (state.plan.paths[i].measure != Measure::stamp) return dead;
  return std::max(dead, path.witness_asked + patience(path));
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

/// A silence that ended: how long it was beyond what was due, so that a silence of that length does
/// not count as death again. Not what the witness explains, and not our own pauses: nothing was due
/// then.
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
  if (path.gap_period == Instant{} || context.now - path.gap_period > kGapMemory) {
    path.longest_gap = {Duration{}, path.longest_gap[0]};
    path.gap_period = context.now;
  }
  path.longest_gap[0] = std::max(path.longest_gap[0], gap);
}

/// The counts of both ends tell which direction lost how much.
void count_directions(const Context& context, PathState& path, const ProbeReply& reply) {
  if (reply.reflector_sequence == 0 && path.reflector_sequence == 0) return;
  const auto arrived = reply.reflector_sequence - path.reflector_sequence;
  const auto probes = reply.sequence - path.last_answered;
  // A full-size probe that is lost is lost for its size.
  bool sized = false;
  for (std::uint32_t k = 0; k < std::min<std::size_t>(probes, path.sent.size()); ++k)
    sized |= path.sent[(reply.sequence - k) % path.sent.size()].size != 0;
  // A count that went back, or ran ahead of us: the reflector has started anew. No loss.
  if (!sized && path.reflector_sequence != 0 && arrived >= 1 && arrived <= probes)
    path.minute.directions(context.now, probes, arrived);
  path.reflector_sequence = reply.reflector_sequence;
}

void advance(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  ++path.proofs;
  const bool sized = size_settled(context.state, i);
  const auto limit = sized && path.size != 0 && path.size < context.spec(i).full_size
                         ? Trouble::size_limited
                         : Trouble::none;
  switch (path.health) {
    case Health::suspect:
      // Its reflector answers again; the path lost nothing.
      if (path.trouble == Trouble::reflector_silent) path.minute = {};
      return set_health(context, i, Health::good,
                        path.trouble == Trouble::reflector_silent ? limit : path.trouble);
    case Health::unproven:
      if (path.proofs >= kFirstProofs && sized) set_health(context, i, Health::good, limit);
      return;
    case Health::down:
      path.proofs = 1;
      path.minute = {};  // it is judged by what it does from now on
      return set_health(context, i, Health::proving, path.trouble);
    case Health::proving:
      if (path.proofs >= kNewProofs && sized) set_health(context, i, Health::good, limit);
      return;
    case Health::good:
    case Health::unusable:
      return;
  }
}

/// A hub that knows of no claim of ours at all (0) has been started anew: it will be told.
void note_applied(const Context& context, const ProbeReply& reply) {
  const auto& state = context.state;
  auto& hub = context.state.hubs[context.spec(reply.path).hub];
  const bool follows = reply.applied_epoch == 0 || (reply.applied_epoch == state.epoch &&
                                                    reply.applied_generation >= hub.generation);
  if (follows) {
    hub.ignoring.reset();
  } else if (!hub.ignoring) {
    hub.ignoring = context.now;
  }
}

void note_heard(const Context& context, std::size_t by, const ProbeReply& reply) {
  for (const auto& heard : reply.heard)
    for (std::size_t i = 0; i < context.state.paths.size(); ++i) {
      const auto& spec = context.spec(i);
      if (spec.hub != context.spec(by).hub || spec.slot != heard.slot ||
          static_cast<std::uint8_t>(spec.transport) + 1 != heard.transport)
        continue;
      auto& path = context.path(i);
      if (heard.sequence - 1 < path.next_sequence)
        path.hub_heard = std::max(path.hub_heard, heard.sequence);
      if (path.health == Health::down && path.trouble == Trouble::silent &&
          direction(path) == Trouble::download_dead)
        set_health(context, i, Health::down, Trouble::download_dead);
    }
}

}  // namespace

Duration interval(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto& rates = state.plan.rates;
  switch (path.health) {
    case Health::suspect:
    case Health::proving:
    case Health::unproven:
      return rates.fast;
    case Health::down:
      if (state.last_tick - path.since < kLongestSilence) return rates.fast;  // a pause, perhaps
      return state.all_silent || path.fast ? std::min<Duration>(rates.slow, rates.fast * 4)
                                           : std::min<Duration>(rates.slow, 1s);
    case Health::good:
      if (!path.fast) return rates.slow;
      return state.traffic ? rates.fast : rates.idle;
    case Health::unusable:
      break;
  }
  return rates.slow;
}

Duration patience(const PathState& path) {
  if (path.round_trips.empty()) return kUnknownPatience;
  return path.round_trips.smoothed() + 4 * path.round_trips.variation();
}

Duration threshold(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto fast = state.plan.rates.fast;
  const auto age = now - path.gap_period;
  const auto gap = age > 2 * kGapMemory ? Duration{}
                   : age > kGapMemory   ? path.longest_gap[0]
                                        : std::max(path.longest_gap[0], path.longest_gap[1]);
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

void set_usable(const Context& context, std::size_t i, bool usable) {
  auto& path = context.path(i);
  if (usable == (path.health != Health::unusable)) return;
  if (!usable) {
    // Its figures are of a tunnel that is gone; its history is not.
    if (alive(path)) count_flap(context, i, kHardHold);
    return set_health(context, i, Health::unusable, Trouble::none);
  }
  path.proofs = 0;
  path.last_answered = path.next_sequence - 1;
  path.reflector_sequence = 0;
  path.round_trips.clear();
  path.minute = {};
  path.size = 0;
  path.size_failures = 0;
  path.search_high = 0;
  path.size_sequence = 0;
  path.next_size = context.now;
  path.next_probe = context.now + 2ms * static_cast<int>(i % 25);
  path.last_reply = {};
  set_health(context, i, context.spec(i).measure == Measure::none ? Health::good : Health::unproven,
             Trouble::none);
}

void on_reply(const Context& context, const ProbeReply& reply) {
  if (reply.path >= context.state.paths.size()) return;
  auto& path = context.path(reply.path);
  if (path.health == Health::unusable) return;
  if (reply.echo && context.spec(reply.path).measure == Measure::stamp) {
    path.last_witness = std::max(path.last_witness, reply.at);
    if (path.first_witness == Instant{}) path.first_witness = reply.at;
    return;
  }
  auto& sent = path.sent[reply.sequence % path.sent.size()];
  if (sent.sequence != reply.sequence || sent.answered) return;
  sent.answered = true;
  // What the stamps say cannot be more than what our own clock, which nobody sets, saw; a clock was
  // set meanwhile if it is.
  const auto seen = std::max(reply.at - sent.at, Duration{});
  const auto round_trip =
      reply.round_trip <= Duration{} || reply.round_trip > seen ? seen : reply.round_trip;
  if (sent.size == 0) path.minute.answered(sent.at, round_trip);
  path.round_trips.add(round_trip);
  remember_gap(context, reply.path, reply.at);
  if (reply.sequence < path.last_answered) {
    ++path.reordered;
  } else {
    count_directions(context, path, reply);
    path.last_answered = reply.sequence;
  }
  path.last_reply = std::max(path.last_reply, reply.at);
  if (reply.kaido) note_applied(context, reply);
  if (sent.size != 0) on_size_reply(context, reply.path, reply.sequence, sent.size);
  if (!reply.heard.empty()) note_heard(context, reply.path, reply);
  advance(context, reply.path);
}

void on_counters(const Context& context, const CountersRead& read) {
  if (read.path >= context.state.paths.size()) return;
  auto& path = context.path(read.path);
  if (!path.counted) path.received_then = read.received;
  path.received_now = read.received;
  path.counted = true;
}

std::uint32_t send_probe(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  const auto sequence = path.next_sequence++;
  path.sent[sequence % path.sent.size()] = {sequence, context.now, size, false};
  if (size == 0) path.minute.sent(context.now);
  const bool trouble = std::ranges::any_of(context.state.paths, [&](const PathState& other) {
    return other.health == Health::suspect ||
           (other.health == Health::down && context.now - other.since < 1s);
  });
  context.out.emplace_back(SendProbe{.path = i,
                                     .sequence = sequence,
                                     .size = size,
                                     .echo = context.spec(i).measure == Measure::echo,
                                     .ask_all = trouble && path.health != Health::suspect});
  return sequence;
}

void attend(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto& spec = context.spec(i);
  if (path.health == Health::unusable || spec.measure == Measure::none) return;
  judge_silence(context, i);
  if (context.now >= path.next_probe) {
    const auto sequence = send_probe(context, i, 0);
    const auto step = interval(context.state, i);
    // Keeps its beat; after a pause it does not catch up in a burst.
    path.next_probe =
        path.next_probe + step > context.now ? path.next_probe + step : context.now + step;
    if (path.health == Health::suspect && spec.measure == Measure::stamp)
      context.out.emplace_back(SendProbe{.path = i, .sequence = sequence, .echo = true});
  }
  attend_size(context, i);
  if (path.health == Health::down && spec.transport == Transport::ikev2 &&
      context.now >= path.next_repair) {
    const auto sibling = std::ranges::any_of(context.state.plan.paths, [&](const PathSpec& other) {
      const auto index = static_cast<std::size_t>(&other - context.state.plan.paths.data());
      return other.slot == spec.slot && other.transport != spec.transport &&
             alive(context.path(index));
    });
    // Nothing to repair where the endpoint itself does not answer; but now and then one never
    // knows.
    if (sibling || path.repairs >= 1 || context.now - path.since > 60s)
      context.out.emplace_back(RepairTunnel{i, ++path.repairs});
    path.next_repair =
        context.now + std::min<Duration>(5s * (1U << std::min(path.repairs, 6U)), 300s);
  }
}

std::optional<Instant> attention(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto& spec = state.plan.paths[i];
  if (path.health == Health::unusable || spec.measure == Measure::none) return std::nullopt;
  auto next = path.next_probe;
  if (const auto* oldest = first_unanswered(path)) {
    const auto due = oldest->at + patience(path);
    if (path.health == Health::good) next = std::min(next, due + interval(state, i) / 4);
    if (path.health == Health::suspect && path.trouble != Trouble::reflector_silent) {
      // Each lost one may be the last that was missing.
      for (std::uint32_t n = 0; n < kSilentProbes; ++n) {
        const auto& sent = path.sent[(oldest->sequence + n) % path.sent.size()];
        if (sent.sequence == oldest->sequence + n && !sent.answered) {
          const auto at = sent.at + patience(path);
          if (at > state.last_tick) next = std::min(next, at);
        }
      }
      const auto dead = dead_at(state, i, state.last_tick);
      if (dead > state.last_tick) next = std::min(next, dead);
    }
  }
  if (path.size_sequence != 0 || path.health != Health::down) {
    const auto at = path.size_sequence != 0 ? path.sent[path.size_sequence % path.sent.size()].at +
                                                  patience(path) + 50ms
                                            : path.next_size;
    if (at > state.last_tick) next = std::min(next, at);
  }
  return next;
}

}  // namespace kaido::failover
