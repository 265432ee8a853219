// The largest packet that passes, in both directions (a reply is as long as its probe).
//
// A probe of the largest size that passed, now and then. Lost twice while small ones pass, 1280 is
// tried at once: if that passes the path is clamped to it, else the size is not known any more and
// the path is worth less. A search between 1280 and what was lost, or below, finds what passes.
// Upwards it goes slowly: full size, and else what lies between, is tried again after 10 s, then
// ever more rarely.
//
// Where less than 1280 passes, IPv6 inside would be lost (RFC 8200 §5), so WireGuard's packets are
// fragmented outside while such a path is used. (Not ESP's: Linux 6.1 has no way to send an inner
// IPv6 packet in fragments, __xfrm6_output refuses it; with everything else equal the network goes
// by WireGuard then.) Whether fragments pass is proved by probes of 1280, beside those of the size
// that passes. They would hide that 1280 passes whole again, so none are made for a moment while
// that is tried. Where they are lost they are taken to be lost on every path by the same uplink or
// to the same endpoint that did not prove it: else a network would try one after the other.
//
// A hub that is not Kaido answers echoes. It may refuse large ones, so what is lost says something
// only after one of full size was answered; and nobody tells it to fragment, so TCP alone is
// helped.
#include <cmath>

#include "core/failover/parts.hpp"

namespace kaido {
namespace failover {
namespace {

constexpr std::uint16_t kMinimum = 1280;   ///< RFC 8200 §5
constexpr std::uint16_t kFine = 8;         ///< bytes: a search ends when it is this close
constexpr std::uint32_t kProofOfLoss = 2;  ///< one lost probe may be bad luck; see proof()
constexpr std::uint32_t kMostProof = 8;
constexpr double kBadLuck = 1e-4;  ///< so likely by chance is a proof
constexpr auto kWhileUsed = 500ms;
constexpr auto kStandby = 5s;
constexpr auto kElsewhere = 60s;
constexpr auto kFirstRetry = 10s;
constexpr auto kLongestRetry = 300s;
constexpr auto kBothEnds = 300ms;  ///< until both ends do as they were told
constexpr auto kPace = 5ms;  ///< for each full-size probe, of any path; two at once are no burst
/// Four fragments there and back: on a line that loses 15 % every second such probe is lost.
constexpr std::uint32_t kProofOfNoFragments = 12;

void set_size(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  const auto full = context.spec(i).full_size;
  path.size_at = context.now;
  const bool changed = path.size != size;
  if (changed) {
    path.fragments_pass.reset();
    path.fragments_missed = 0;
    path.whole_from = {};
    path.next_whole = context.now + std::max<Duration>(path.size_retry, kFirstRetry);
  }
  path.size = size;
  const bool limited = size < full;
  if (limited != (path.trouble == Trouble::size_limited) && alive(path) &&
      (path.trouble == Trouble::none || path.trouble == Trouble::size_limited)) {
    path.trouble = limited ? Trouble::size_limited : Trouble::none;
    path.since = context.now;
    if (limited) {
      count_flap(context, i, kHardHold);
    } else {
      path.good_since = context.now;
    }
    context.changed(i);
  }
  if (!changed) return;
  context.state.dirty = true;
  context.out.emplace_back(SizeChanged{i});
}

bool limited(const FailoverState& state, std::size_t i) {
  return state.paths[i].size != 0 && state.paths[i].size < state.plan.paths[i].full_size;
}

bool used(const FailoverState& state, std::size_t i) {
  return std::ranges::any_of(state.networks,
                             [i](const NetworkState& network) { return network.path == i; });
}

bool splits(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto& spec = state.plan.paths[i];
  return spec.transport == Transport::wireguard && spec.measure == Measure::stamp &&
         path.size >= spec.least_fragment && path.size < kMinimum &&
         path.fragments_pass.value_or(true);
}

/// Fragments are lost on another that shares an end with it.
bool doubtful(const FailoverState& state, std::size_t i) {
  const auto& spec = state.plan.paths[i];
  for (std::size_t k = 0; k < state.paths.size(); ++k) {
    const auto& other = state.plan.paths[k];
    if (!state.paths[k].fragments_pass.value_or(true) &&
        (other.uplink == spec.uplink || (other.hub == spec.hub && other.endpoint == spec.endpoint)))
      return true;
  }
  return false;
}

/// What to try next. In a search 1280 first, since most depends on it.
std::uint16_t candidate(const Context& context, std::size_t i) {
  const auto& path = context.path(i);
  if (path.search_high != 0) {
    if (path.search_low < kMinimum && path.search_high > kMinimum) return kMinimum;
    return static_cast<std::uint16_t>((path.search_low + path.search_high) / 2);
  }
  if (path.whole_from != Instant{}) return kMinimum;
  // Of two that were lost it may be the size of the fragments that does not pass any more.
  if (in_fragments(context.state, i))
    return context.now >= path.next_fragments && path.fragments_missed != kProofOfLoss ? kMinimum
                                                                                       : path.size;
  return limited(context.state, i) && context.now < path.next_whole ? path.size
                                                                    : context.spec(i).full_size;
}

/// So many lost in a row, of one size, are no bad luck where this much is lost anyway.
std::uint32_t proof(const PathState& path, Instant now) {
  const auto share = std::min(0.5, path.minute.round_trip(now).share());
  if (share <= 0) return kProofOfLoss;
  const auto wanted = static_cast<std::uint32_t>(std::ceil(std::log(kBadLuck) / std::log(share)));
  return std::clamp(wanted, kProofOfLoss, kMostProof);
}

/// Standbys are asked on the beat, but not in step with each other.
void rest(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto interval = size_interval(context.state, i);
  path.next_size = context.now + interval;
  if (interval >= kBeat) {
    path.next_size += interval / 1024 * (static_cast<int>(context.state.random() % 256) - 128);
    path.next_size = beat(path.next_size - kBeat / 2);
  }
  if (limited(context.state, i) && path.next_whole > context.now && !spent(context.state, i))
    path.next_size = std::min(path.next_size, path.next_whole);
}

/// Only its turn has come (see rest): it can as well be asked on a later beat, with others.
bool unhurried(const Context& context, std::size_t i) {
  const auto& path = context.path(i);
  return path.next_size == beat(path.next_size) && size_interval(context.state, i) >= kBeat &&
         context.now - path.size_at < 2 * kElsewhere;
}

/// One step of a search, or its end.
void narrow(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.size_failures = 0;
  path.next_size = context.now;
  if (path.search_high > path.search_low + kFine) return;
  path.search_high = 0;
  // A few bytes more are not worth other routes and clamps.
  const bool same =
      path.size != 0 && path.search_low >= path.size && path.search_low < path.size + kFine;
  set_size(context, i, same ? path.size : path.search_low);
  rest(context, i);
  if (in_fragments(context.state, i)) path.next_size = context.now + kBothEnds;
}

/// Downwards: `size` does not pass.
void begin_search(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  path.search_low = context.spec(i).least;
  path.search_high = size;
  path.size_retry = kFirstRetry;
  path.size_lost_at = context.now;
  if (path.fast) {
    for (auto& other : context.state.paths)  // is it this line alone?
      other.next_size = std::min(other.next_size, context.now);
  }
  if (size == kMinimum) set_size(context, i, 0);
  narrow(context, i);
}

/// Upwards: full size does not pass; more than now does, perhaps.
void begin_rise(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.search_low = path.size;
  path.search_high = context.spec(i).full_size;
  narrow(context, i);
}

/// Full size is tried at `at` on the limited paths that share an end with this one.
void ask_neighbours(const Context& context, std::size_t i, Instant at) {
  for (std::size_t k = 0; k < context.state.paths.size(); ++k) {
    auto& other = context.path(k);
    if (k == i || context.spec(k).hub != context.spec(i).hub || other.search_high != 0 ||
        !limited(context.state, k) || in_fragments(context.state, k) ||
        other.whole_from != Instant{})
      continue;
    other.next_whole = std::min(other.next_whole, at);
    other.next_size = std::min(other.next_size, at);
  }
}

/// 1280 is tried again, without fragments.
void begin_whole(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.whole_from = context.now;
  path.size_failures = 0;
  path.next_size = context.now + kBothEnds + 2 * patience(path);
  context.out.emplace_back(SizeChanged{i});
  ask_neighbours(context, i, path.next_size);
}

/// More than what passes was tried again, in vain.
void retry_later(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.size_retry = std::min<Duration>(path.size_retry * 2, kLongestRetry);
  path.next_whole = context.now + path.size_retry;
}

void give_up_fragments(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.fragments_missed = 0;
  path.fragments_pass = false;
  path.next_size = context.now + kBothEnds;
  context.state.dirty = true;
  context.out.emplace_back(SizeChanged{i});
}

void lost(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  const bool known = path.size != 0 || path.search_high != 0;
  if (context.spec(i).measure == Measure::echo && !known) return rest(context, i);
  path.next_size = context.now;
  const bool fragments = path.search_high == 0 && in_fragments(context.state, i);
  if (fragments && size == kMinimum) {
    path.next_fragments = context.now;
    if (++path.fragments_missed >= kProofOfNoFragments) give_up_fragments(context, i);
    return;
  }
  if (++path.size_failures < proof(path, context.now)) return;
  path.size_failures = 0;
  if (path.search_high != 0) {
    path.search_high = size;
    if (size == kMinimum && path.size >= kMinimum) set_size(context, i, 0);
    return narrow(context, i);
  }
  if (path.whole_from != Instant{}) {
    path.whole_from = {};
    retry_later(context, i);
    path.next_size = context.now + kBothEnds;
    context.out.emplace_back(SizeChanged{i});
    return;
  }
  if (limited(context.state, i) && size > path.size) {
    retry_later(context, i);
    return begin_rise(context, i);
  }
  if (size > context.spec(i).least) return begin_search(context, i, size);
  if (fragments) return give_up_fragments(context, i);  // nothing passes
  rest(context, i);
}

}  // namespace
}  // namespace failover

bool in_fragments(const FailoverState& state, std::size_t i) {
  return failover::splits(state, i) && state.paths[i].whole_from == Instant{} &&
         failover::used(state, i);
}

namespace failover {

std::uint16_t carried(const FailoverState& state, std::size_t i) {
  const bool proved = state.paths[i].fragments_pass.value_or(false);
  return splits(state, i) && (proved || !doubtful(state, i)) ? kMinimum : state.paths[i].size;
}

void ask_size(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (!in_fragments(context.state, i)) path.next_size = std::min(path.next_size, context.now);
}

void size_used(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (!splits(context.state, i)) return;
  path.fragments_missed = 0;
  path.next_whole = context.now + std::max<Duration>(path.size_retry, kFirstRetry);
  if (in_fragments(context.state, i)) path.next_size = context.now + kBothEnds;
  context.out.emplace_back(SizeChanged{i});
}

bool size_settled(const FailoverState& state, std::size_t i) {
  return state.plan.paths[i].measure != Measure::stamp ||
         (state.paths[i].size != 0 && state.paths[i].search_high == 0);
}

Duration size_interval(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  if (spent(state, i)) return std::max<Duration>(kElsewhere, affordable_for_size(state, i));
  if (!path.fast) return kElsewhere;
  const bool ours = state.plan.paths[i].measure == Measure::stamp;
  return ours && used(state, i) && state.traffic ? Duration(kWhileUsed) : Duration(kStandby);
}

void on_size_reply(const Context& context, std::size_t i, std::uint32_t sequence,
                   std::uint16_t size) {
  auto& path = context.path(i);
  const bool awaited = sequence == path.size_sequence;
  if (awaited) path.size_sequence = 0;
  context.state.dirty = true;
  path.size_failures = 0;
  const auto full = context.spec(i).full_size;
  if (size >= full) {
    path.search_high = 0;
    if (splits(context.state, i)) ask_neighbours(context, i, context.now + kBothEnds);
    set_size(context, i, full);
    return rest(context, i);
  }
  if (path.search_high != 0) {
    path.search_low = std::max(path.search_low, size);
    // Flows that hang recover now; what more passes is found out after that.
    if (size >= kMinimum && (path.size == 0 || path.size >= path.search_high))
      set_size(context, i, size);
    return narrow(context, i);
  }
  if (path.whole_from != Instant{}) {
    if (!awaited || size < kMinimum) return;  // a late one may have come in fragments
    ask_neighbours(context, i, context.now + kBothEnds);
    set_size(context, i, size);
    path.next_size = path.next_whole = context.now;
    return;
  }
  if (size == path.size) set_size(context, i, size);
  if (!in_fragments(context.state, i)) return;
  if (size == path.size && path.fragments_missed == kProofOfLoss) {
    ++path.fragments_missed;  // so it is the fragments
    path.next_size = context.now;
  } else if (size == kMinimum) {
    path.fragments_missed = 0;
    path.fragments_pass = true;
    path.next_fragments = context.now + kStandby;
  }
}

void attend_size(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (context.spec(i).measure == Measure::none || path.health == Health::down ||
      path.health == Health::suspect)
    return;
  if (path.size_sequence != 0) {
    const auto& out = path.sent[path.size_sequence % path.sent.size()];
    if (out.sequence == path.size_sequence && context.now < out.at + patience(path) + 50ms) return;
    const auto size = out.sequence == path.size_sequence ? out.size : context.spec(i).full_size;
    // It counts when something sent later was answered: else all is lost, not the large ones.
    if (path.last_answered < path.size_sequence) return;
    path.size_sequence = 0;
    lost(context, i, size);
  }
  if (path.size_sequence == 0 && context.now >= path.next_size) {
    if (in_fragments(context.state, i) && context.now >= path.next_whole)
      return begin_whole(context, i);
    auto& paced = context.state.paced_until;
    if (paced > context.now + kPace) {
      path.next_size = unhurried(context, i) ? beat(paced) : paced - kPace;
      return;
    }
    paced = std::max(paced, context.now) + kPace;
    path.size_sequence = send_probe(context, i, candidate(context, i));
    rest(context, i);
    // A small one after it tells whether it alone was lost.
    const auto step = interval(context.state, i);
    path.next_probe = std::min(path.next_probe, step < kBeat ? context.now + step : context.now);
  }
}

}  // namespace failover
}  // namespace kaido
