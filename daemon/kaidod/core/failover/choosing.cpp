// Which path each network uses, and why.
#include <tuple>

#include "core/failover/parts.hpp"

namespace kaido {
namespace failover {
namespace {

constexpr double kMargin = 10.0;  ///< cost that is no difference
constexpr double kRelativeMargin = 0.2;

constexpr double kLossCost = 10.0;  ///< for each percent
constexpr auto kSettling = 15s;     ///< after the first choice
constexpr auto kSizeNews = 2s;      ///< at most, for another to say what passes there

double ms(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

double loss_cost(const PathState& path, Instant now) {
  return kLossCost * 100 * path.minute.round_trip(now).share();
}

double margin(double cost) { return std::max(kMargin, cost * kRelativeMargin); }

std::size_t rank(const NetworkSpec& network, std::size_t hub) {
  return static_cast<std::size_t>(std::ranges::find(network.hubs, hub) - network.hubs.begin());
}

/// Lost in the worse direction, as far as the counts of both ends tell; else of the round trip.
LastMinute::Count lost_of(const PathState& path, Instant now, std::size_t seconds) {
  const auto both = path.minute.round_trip(now, seconds);
  const auto up = path.minute.upload(now, seconds);
  const auto down = path.minute.download(now, seconds);
  if (up.sent < both.sent / 2 || down.sent == 0) return both;
  return up.share() > down.share() ? up : down;
}

/// Loss that is real, not bad luck: much in the last ten seconds, or enough in the last minute that
/// has not stopped since.
bool too_lossy(const PathState& path, double limit, Instant now) {
  if (path.trouble == Trouble::lossy) limit *= 0.75;  // near the limit it would come and go
  const auto judge = [&](const LastMinute::Count& count, double factor, std::uint32_t least) {
    return count.lost >= least && count.share() > limit * factor;
  };
  const auto recent = lost_of(path, now, 10);
  if (judge(recent, 2.0, 8)) return true;
  const auto minute = lost_of(path, now, LastMinute::kSeconds);
  return judge(minute, 1.0, minute.sent < 100 ? 4 : 10);
}

bool too_slow(const PathState& path, Duration limit) {
  return path.round_trips.smoothed() > (path.trouble == Trouble::slow ? limit / 10 * 9 : limit);
}

/// May a network be moved onto it? `since`: it has answered after that.
bool eligible(const FailoverState& state, std::size_t i, Instant since) {
  const auto& path = state.paths[i];
  if (path.health != Health::good || path.leaves) return false;
  return state.plan.paths[i].measure == Measure::none || path.last_reply > since;
}

/// The best one; nullopt: none is eligible. Of those that cost about the same it is the one in use,
/// or else the first in order of those that have stayed good for long enough, or else the first
/// that will have.
std::optional<std::size_t> preferred(const FailoverState& state, std::size_t n, Instant since,
                                     Instant now) {
  const auto& network = state.plan.networks[n];
  const auto worth = [&](std::size_t i) {
    const auto& spec = state.plan.paths[i];
    // What nobody has measured is no rival of what was.
    return std::tuple(!within(state, i, network.sla, now), rank(network, spec.hub),
                      spec.measure == Measure::none);
  };
  std::optional<std::tuple<bool, std::size_t, bool>> best;
  double cheapest = 0;
  for (const auto i : network.paths) {
    if (!eligible(state, i, since)) continue;
    const auto value = worth(i);
    const auto price = cost(state, i, now);
    if (!best || value < *best || (value == *best && price < cheapest)) {
      best = value;
      cheapest = price;
    }
  }
  if (!best) return std::nullopt;
  const auto limit = cheapest + margin(cheapest);
  const auto equal = [&](std::size_t i) {
    return eligible(state, i, since) && worth(i) == *best && cost(state, i, now) <= limit;
  };
  // At the beginning the first to be proved is used, whichever it is; then the order counts.
  const auto& last = state.networks[n].last;
  const bool settling = last.rule == ChoiceRule::first && now < last.at + kSettling;
  if (const auto used = state.networks[n].path; used && !settling && equal(*used)) return used;
  std::optional<std::size_t> first;
  const auto held_until = [&](std::size_t i) {
    return std::max(now, state.paths[i].good_since + state.paths[i].hold);
  };
  for (const auto i : network.paths)
    if (equal(i) && (!first || held_until(i) < held_until(*first))) first = i;
  return first;
}

/// The limits that a path leaves first, of all networks that may use it.
Sla strictest(const FailoverState& state, std::size_t i) {
  std::optional<Sla> sla;
  for (const auto& network : state.plan.networks) {
    if (network.implicit || std::ranges::count(network.paths, i) == 0) continue;
    if (!sla) sla = network.sla;
    sla->loss = std::min(sla->loss, network.sla.loss);
    sla->delay = std::min(sla->delay, network.sla.delay);
  }
  return sla.value_or(Sla{});
}

/// Onto one that is good and has answered after `since`; or, where none is, onto one that answers
/// again before it has proved itself.
bool move(const Context& context, std::size_t n, Instant since, ChoiceRule rule) {
  if (const auto best = preferred(context.state, n, since, context.now)) {
    use(context, n, best, rule);
    return true;
  }
  const auto& candidates = context.state.plan.networks[n].paths;
  const bool any_good = std::ranges::any_of(
      candidates, [&](std::size_t i) { return context.path(i).health == Health::good; });
  for (const auto i : candidates)
    if (!any_good && context.path(i).health == Health::proving &&
        context.path(i).proofs >= kFirstProofs) {
      use(context, n, i, rule);
      return true;
    }
  return false;
}

/// The one in use is gone: any tunnel is better than none.
void move_anywhere(const Context& context, std::size_t n, ChoiceRule rule) {
  if (move(context, n, {}, rule)) return;
  for (const auto health : {Health::suspect, Health::proving, Health::unproven, Health::down})
    for (const auto i : context.state.plan.networks[n].paths)
      if (context.path(i).health == health) return use(context, n, i, rule);
  use(context, n, std::nullopt, ChoiceRule::none_left);
}

/// What is known of the loss of `to`: its own, and that of those by the same uplink, if `from` uses
/// another (and not to the endpoint of `from`), or else of those to the same endpoint.
LastMinute::Count evidence(const FailoverState& state, std::size_t to, std::size_t from,
                           Instant now) {
  const auto& paths = state.plan.paths;
  const auto same_end = [&](std::size_t a, std::size_t b) {
    return paths[a].hub == paths[b].hub && paths[a].endpoint == paths[b].endpoint;
  };
  const bool other_line = paths[to].uplink != paths[from].uplink;
  const bool other_end = !same_end(to, from);
  auto sum = lost_of(state.paths[to], now, LastMinute::kSeconds);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (i == to || state.paths[i].health != Health::good) continue;
    const bool counts =
        other_line ? paths[i].uplink == paths[to].uplink && !(other_end && same_end(i, from))
                   : other_end && same_end(i, to);
    if (!counts) continue;
    const auto count = lost_of(state.paths[i], now, LastMinute::kSeconds);
    sum.sent += count.sent;
    sum.lost += count.lost;
  }
  return sum;
}

/// No chance: further apart than five standard deviations of what both have in common. (Losses come
/// in bursts, and figures are looked at all the time.)
bool surely_less(const LastMinute::Count& a, const LastMinute::Count& b) {
  constexpr double kSure = 5.0;
  if (a.sent == 0 || b.sent == 0) return false;
  const double share = static_cast<double>(a.lost + b.lost) / (a.sent + b.sent);
  const double variance = share * (1 - share) * (1.0 / a.sent + 1.0 / b.sent);
  const double difference = b.share() - a.share();
  return difference > 0 && difference * difference > kSure * kSure * variance;
}

/// So much less that it is worth a switch.
bool less_lossy(const FailoverState& state, std::size_t best, std::size_t current, Instant now) {
  const auto share = [&](std::size_t i) {
    return lost_of(state.paths[i], now, LastMinute::kSeconds).share();
  };
  return share(best) < share(current) / 2 &&
         surely_less(evidence(state, best, current, now),
                     lost_of(state.paths[current], now, LastMinute::kSeconds));
}

/// Cheaper whatever is lost: the delay and the transport.
bool faster(const FailoverState& state, std::size_t best, std::size_t current, Instant now) {
  const auto price = [&](std::size_t i) {
    return cost(state, i, now) - loss_cost(state.paths[i], now);
  };
  return price(current) > price(best) + margin(price(best));
}

/// Its round trip is of now.
bool asked_often(const PathState& path, Instant now) {
  return path.minute.round_trip(now, 10).sent >= 20;
}

/// What keeps it outside the limits, if anything, are figures that come and go.
bool in_order(const FailoverState& state, std::size_t i, const Sla& sla) {
  const auto& spec = state.plan.paths[i];
  return state.paths[i].trouble != Trouble::claim_ignored &&
         (spec.measure != Measure::stamp ||
          carried(state, i) >= std::min(sla.size, spec.full_size));
}

/// A lost probe says little of what is wanted: it answers again, or it is down, in a moment.
bool in_doubt(const FailoverState& state, const NetworkState& network) {
  if (!network.wanted) return false;
  const auto& path = state.paths[*network.wanted];
  return path.health == Health::suspect && path.trouble != Trouble::reflector_silent;
}

/// A better one than the one in use has to stay so for a while.
void consider(const Context& context, std::size_t n, std::size_t current, std::size_t best) {
  auto& network = context.state.networks[n];
  const auto& spec = context.state.plan.networks[n];
  const auto now = context.now;
  const bool ours = within(context.state, current, spec.sla, now);
  // A black box may sit on every line: the others are asked for their size before one is left.
  const auto& used = context.path(current);
  if (!ours && used.trouble == Trouble::size_limited &&
      context.spec(best).measure == Measure::stamp &&
      context.path(best).size_at < used.size_lost_at && now < used.size_lost_at + kSizeNews)
    return;
  const bool orderly = in_order(context.state, current, spec.sla);
  const bool less = less_lossy(context.state, best, current, now);
  const bool sooner = faster(context.state, best, current, now);
  if (!ours && within(context.state, best, spec.sla, now) &&
      (!orderly || (less && too_lossy(used, spec.sla.loss, now)) ||
       (sooner && asked_often(context.path(best), now) && too_slow(used, spec.sla.delay)))) {
    count_flap(context, current, kSoftHold);
    return use(context, n, best, ChoiceRule::out_of_sla);
  }
  if (orderly && !less && !sooner && context.spec(current).measure != Measure::none &&
      rank(spec, context.spec(best).hub) >= rank(spec, context.spec(current).hub)) {
    // Who is asked rarely has lost nothing yet: it is measured as the one in use is.
    network.wanted = best;
    network.wanted_at = network.wanted_since = now;
    return;
  }
  if (in_doubt(context.state, network)) return;
  const auto price = cost(context.state, best, now);
  const bool better = cost(context.state, current, now) > price + margin(price);
  if (network.wanted != best) {
    network.wanted = best;
    network.wanted_since = now;
  }
  const auto& path = context.path(best);
  // What was always good has to be better for a while too: delays come and go.
  const auto patience =
      path.flaps == 0 && now - path.good_since < 60s ? Duration(kNewHold) : Duration(15s);
  if (network.free_now)
    network.wanted_at = now;
  else
    network.wanted_at = std::max(path.good_since + std::max<Duration>(path.hold, kNewHold),
                                 network.wanted_since + patience);
  if (now >= network.wanted_at)
    use(context, n, best, better ? ChoiceRule::better : ChoiceRule::preferred);
}

void choose_one(const Context& context, std::size_t n) {
  auto& network = context.state.networks[n];
  const auto now = context.now;
  if (network.withdrawn) return move_anywhere(context, n, ChoiceRule::withdrawn);
  if (!network.path) {
    if (const auto best = preferred(context.state, n, {}, now))
      return use(context, n, best, ChoiceRule::first);
    return;
  }
  const auto& used = context.path(*network.path);
  // As long as it works only what is as good takes its place.
  if (used.leaves)
    if (const auto best = preferred(context.state, n, {}, now))
      return use(context, n, best, ChoiceRule::withdrawn);
  if (network.pinned && network.path == network.pinned && alive(used)) return;
  // What the kernel uses stays until it is known how its tunnel is.
  if (used.health == Health::unusable && used.since == Instant{} &&
      network.last.rule == ChoiceRule::adopted && now < network.last.at + 10s)
    return;
  const auto health = used.health;
  if (health == Health::unusable) return move_anywhere(context, n, ChoiceRule::path_down);
  if (health == Health::down) {
    // Only what has answered since the silence began: else it may be we who are deaf, and the last
    // route stays.
    move(context, n, std::max(used.silent_from, used.last_witness), ChoiceRule::path_down);
    return;
  }
  if (health != Health::good) return;
  const auto best = preferred(context.state, n, {}, now);
  if (!best || best == network.path) {
    if (!in_doubt(context.state, network)) network.wanted.reset();
    network.free_now = false;
    return;
  }
  consider(context, n, *network.path, *best);
  network.free_now = false;
}

/// The addresses of a hub itself go where the site's traffic to it goes.
void follow(const Context& context, std::size_t n) {
  const auto& spec = context.state.plan.networks[n];
  for (std::size_t other = 0; other < context.state.networks.size(); ++other) {
    const auto& path = context.state.networks[other].path;
    if (context.state.plan.networks[other].implicit || !path ||
        context.spec(*path).hub != spec.hubs.front())
      continue;
    if (context.state.networks[n].path != path) {
      const auto rule = context.state.networks[other].last.rule;
      const auto& own = context.state.networks[n];
      use(context, n, path, own.path || own.withdrawn ? rule : ChoiceRule::first);
    }
    return;
  }
  choose_one(context, n);
}

}  // namespace

void count_flap(const Context& context, std::size_t i, Duration base) {
  auto& path = context.path(i);
  // A trouble is seen when it is named, and again when the path is left for it.
  const bool counted = path.flaps > 0 && path.flap_at >= path.good_since;
  if (!counted) {
    const auto quiet =
        std::chrono::duration_cast<std::chrono::hours>(context.now - path.flap_at).count();
    path.flaps = (path.flaps >> std::min<std::int64_t>(quiet, 31)) + 1;
    path.flap_at = context.now;
    if (path.flaps == 1) path.hold = {};
  }
  path.hold = std::min<Duration>(
      std::max<Duration>(base * (1U << std::min(path.flaps - 1, 7U)), path.hold), kLongestHold);
}

void use(const Context& context, std::size_t n, std::optional<std::size_t> path, ChoiceRule rule) {
  auto& state = context.state;
  auto& network = state.networks[n];
  Decision decision{.rule = rule, .from = network.path, .to = path, .at = context.now};
  if (network.path) {
    decision.trouble = context.path(*network.path).trouble;
    decision.before = figures(state, *network.path, context.now);
    ++network.switches;
  } else if (network.withdrawn) {
    decision.before = *network.withdrawn;
    ++network.switches;
  }
  network.withdrawn.reset();
  if (path) decision.after = figures(state, *path, context.now);
  network.path = path;
  network.wanted.reset();
  network.free_now = false;
  network.last = decision;
  ++state.generation;
  for (const auto& end : {decision.from, decision.to}) {
    if (!end) continue;
    auto& hub = state.hubs[context.spec(*end).hub];
    hub.generation = state.generation;
    hub.changed_at = context.now;
    hub.told_at.reset();
    hub.follows = false;
    // Until it follows, what it sends us goes the old way: into nothing, where that is dead.
    hub.from_dead = rule == ChoiceRule::path_down;
  }
  // The hub is to know at once, by every path that reaches it.
  auto at = context.now;
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (alive(context.path(i)) && (path == i || context.path(i).fast)) {
      context.path(i).next_probe = std::min(context.path(i).next_probe, at);
      at += 1ms;
    }
  if (path) context.path(*path).next_probe = context.now;
  const auto from = decision.from;
  context.out.emplace_back(Use{n, std::move(decision)});
  if (from) size_used(context, *from);
  if (path) {
    size_used(context, *path);
    ask_size(context, *path);
  }
  state.dirty = true;
}

void choose(const Context& context) {
  auto& state = context.state;
  state.dirty = false;
  for (std::size_t n = 0; n < state.networks.size(); ++n)
    if (!state.plan.networks[n].implicit) choose_one(context, n);
  for (std::size_t n = 0; n < state.networks.size(); ++n)
    if (state.plan.networks[n].implicit) follow(context, n);
  assign_standbys(context);
  state.dirty = false;
}

/// Level, not edge: what no single answer tells.
void review(const Context& context) {
  auto& state = context.state;
  state.next_review = beat(context.now + kSlack);
  bool measured = false;
  bool answering = false;
  for (std::size_t i = 0; i < state.paths.size(); ++i) {
    auto& path = context.path(i);
    if (path.health == Health::unusable || context.spec(i).measure == Measure::none) continue;
    measured = true;
    if (path.health != Health::down && path.health != Health::suspect) answering = true;
    if (!alive(path) || path.trouble == Trouble::reflector_silent) continue;
    auto trouble = path.trouble == Trouble::size_limited ? Trouble::size_limited : Trouble::none;
    const auto sla = strictest(state, i);
    if (too_slow(path, sla.delay)) trouble = Trouble::slow;
    if (too_lossy(path, sla.loss, context.now)) trouble = Trouble::lossy;
    if (state.hubs[context.spec(i).hub].ignoring) trouble = Trouble::claim_ignored;
    if (trouble == path.trouble) continue;
    if (trouble != Trouble::none) {
      count_flap(context, i,
                 trouble == Trouble::size_limited ? Duration(kHardHold) : Duration(kSoftHold));
    } else {
      path.good_since = context.now;
    }
    path.trouble = trouble;
    path.since = context.now;
    context.changed(i);
  }
  state.all_silent = measured && !answering;
  state.dirty = true;
}

}  // namespace failover

double cost(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto& spec = state.plan.paths[i];
  return failover::ms(path.round_trips.smoothed()) +
         (spec.handicap >= 0                       ? spec.handicap
          : spec.transport == Transport::wireguard ? kTransportCost
                                                   : 0.0) +
         failover::loss_cost(path, now);
}

bool within(const FailoverState& state, std::size_t i, const Sla& sla, Instant now) {
  const auto& path = state.paths[i];
  if (!failover::in_order(state, i, sla)) return false;
  if (state.plan.paths[i].measure == Measure::none) return true;
  return !failover::too_slow(path, sla.delay) && !failover::too_lossy(path, sla.loss, now);
}

PathFigures figures(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  const auto& spec = state.plan.paths[i];
  PathFigures result{.name = spec.name, .health = path.health};
  result.measured = spec.measure != Measure::none;
  result.silence = now - std::max(path.last_reply, path.silent_from);
  result.limit = failover::threshold(state, i, now);
  result.round_trip = path.round_trips.smoothed();
  result.loss = path.minute.round_trip(now).share();
  result.size = path.size;
  result.cost = cost(state, i, now);
  return result;
}

Outlook outlook(const FailoverState& state, std::size_t n, Instant now) {
  const auto& network = state.networks[n];
  if (!network.path) return {};
  const auto& used = state.plan.paths[*network.path];
  Outlook result{.used = used.name, .pinned = network.pinned == network.path};
  if (network.wanted && network.wanted_at > now) {  // else it is only measured
    result.next = state.plan.paths[*network.wanted].name;
    result.wait = std::chrono::ceil<std::chrono::seconds>(network.wanted_at - now);
  }
  result.measured = used.measure != Measure::none;
  result.limit = failover::threshold(state, *network.path, now);
  result.margin = failover::margin(cost(state, *network.path, now));
  return result;
}

}  // namespace kaido
