// What is asked, and what the answers say.

#include "core/failover/parts.hpp"

namespace kaido::failover {
namespace {

/// The counts of both ends tell which direction lost how much.
void count_directions(const Context& context, PathState& path, const ProbeReply& reply) {
  if (reply.reflector_sequence == 0 && path.reflector_sequence == 0) return;
  // A stateless reflector repeats our own number (RFC 8762 §4.2), which tells nothing of what
  // arrived. Kaido's counts, though the two may be equal.
  if (!reply.kaido && reply.reflector_sequence == reply.sequence) {
    path.reflector_sequence = 0;
    return;
  }
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
      if (path.trouble == Trouble::reflector_silent)
        path.minute.forget(path.silent_from - patience(path));
      return set_health(context, i, Health::good,
                        path.trouble == Trouble::reflector_silent ? limit : path.trouble);
    case Health::unproven:
      if (path.proofs >= kFirstProofs && sized) set_health(context, i, Health::good, limit);
      return;
    case Health::down:
      path.proofs = 1;
      // It is judged by what it does from now on; a pause, though, is among what it does.
      if (context.now - path.silent_from > kLongestSilence) path.minute = {};
      return set_health(context, i, Health::proving, path.trouble);
    case Health::proving:
      if (path.proofs >= kNewProofs && sized) set_health(context, i, Health::good, limit);
      return;
    case Health::good:
    case Health::unusable:
      return;
  }
}

/// Keeps its rhythm; after a pause it neither catches up nor falls in step with the others. Who is
/// asked every few seconds has its turn on one of them, with others.
Instant next_turn(const Context& context, std::size_t i) {
  const auto step = interval(context.state, i);
  const auto last = context.path(i).next_probe;
  if (step < kBeat) return last + step * ((context.now - last) / step + 1);
  const auto every = static_cast<std::size_t>((step + kBeat - 1ns) / kBeat);
  return beat(context.now + kSlack + 1ns, every, i % every);
}

/// A hub that knows of no claim of ours at all (0) has been started anew: it will be told. Its
/// reflector answers the first probe that tells it something new before its kaidod has heard of it,
/// however rarely it is asked: only what was sent a while after that says that we are ignored.
void note_applied(const Context& context, const ProbeReply& reply, Instant sent_at) {
  auto& state = context.state;
  auto& hub = state.hubs[context.spec(reply.path).hub];
  if (reply.applied_epoch == 0 ||
      (reply.applied_epoch == state.epoch && reply.applied_generation >= hub.generation)) {
    hub.told_at.reset();
    hub.follows = true;
    hub.ignoring = false;
  } else if (!hub.told_at) {
    if (sent_at >= hub.changed_at) hub.told_at = context.now;
  } else if (!hub.ignoring && sent_at >= *hub.told_at + (hub.from_dead ? Duration(kFollowsFromDead)
                                                                       : Duration(kFollows))) {
    hub.ignoring = true;
    state.next_review = context.now;
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

void set_health(const Context& context, std::size_t i, Health health, Trouble trouble) {
  auto& path = context.path(i);
  if (path.health == health && path.trouble == trouble) return;
  if (health == Health::good &&
      (!alive(path) || (trouble == Trouble::none && path.trouble != Trouble::none)))
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

Duration interval(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto& rates = state.plan.rates;
  switch (path.health) {
    case Health::suspect:
    case Health::proving:
    case Health::unproven:
      return rates.fast;
    case Health::down: {
      const auto silence = state.last_tick - path.since;
      if (silence < kLongestSilence) return rates.fast;  // a pause, perhaps
      const bool lately = silence < kLately;
      const bool soon = path.fast || (state.all_silent && lately);
      const auto wanted = soon ? rates.fast * 4 : lately ? Duration(kBeat) : rates.slow;
      return std::max(affordable(state, i), std::min(rates.slow, wanted));
    }
    case Health::good:
      return std::max(affordable(state, i), !path.fast      ? rates.slow
                                            : state.traffic ? rates.fast
                                                            : rates.idle);
    case Health::unusable:
      break;
  }
  return rates.slow;
}

void set_usable(const Context& context, std::size_t i, bool usable) {
  auto& path = context.path(i);
  if (usable == (path.health != Health::unusable)) return;
  path.leaves = false;
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
  path.whole_from = {};
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
  if (reply.kaido) note_applied(context, reply, sent.at);
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
  spend(context, i, size);
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
  attend_size(context, i);
  if (context.now + kSlack >= path.next_probe) {
    const auto sequence = send_probe(context, i, 0);
    path.next_probe = next_turn(context, i);
    if (path.health == Health::suspect && spec.measure == Measure::stamp)
      context.out.emplace_back(SendProbe{.path = i, .sequence = sequence, .echo = true});
  }
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
  auto next = std::min(path.next_probe, silence_due(state, i));
  if (path.size_sequence != 0 || path.health != Health::down) {
    auto at = path.size_sequence != 0
                  ? path.sent[path.size_sequence % path.sent.size()].at + patience(path) + 50ms
                  : path.next_size;
    // The first of a standby's that is missing is no hurry; see silence_due.
    if (path.size_sequence != 0 && path.search_high == 0 && path.size_failures == 0 &&
        path.health == Health::good && interval(state, i) >= kBeat)
      at = beat(at);
    if (at > state.last_tick) next = std::min(next, at);
  }
  return next;
}

}  // namespace kaido::failover
