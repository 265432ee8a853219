#include "core/failover/preferred.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "core/failover/cost.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/size.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto kSettling = 15s;  ///< after the first choice the order of paths counts

/// The lower one wins, whatever it costs: outside the limits, the hub's rank, not measured.
using Worth = std::tuple<bool, std::size_t, bool>;

/// A size black hole has come up on the path in use, and this one has lost a large probe since: it
/// hardly carries what it did. What is left of it is known as soon as anything passes.
bool size_doubtful(const FailoverState& state, std::size_t n, std::size_t i, Instant now) {
  const auto& used = state.networks[n].path;
  if (!used || used == i || !size_news_awaited(state, *used, now)) return false;
  const auto& path = state.paths[i];
  if (path.search_high != 0) return path.size == 0 || path.size >= path.search_high;
  return path.size_failures > 0 && !size_limited(state, i);
}

Worth worth(const FailoverState& state, std::size_t n, std::size_t i, Instant now) {
  const auto& network = state.plan.networks[n];
  const auto& spec = state.plan.paths[i];
  // A path that nobody has measured is no rival of one that was.
  return {size_doubtful(state, n, i, now) || !within(state, i, network.sla, now),
          hub_rank(network, spec.hub), spec.measure == Measure::none};
}

/// A network may move onto it. `since`: it has answered after that.
bool eligible(const FailoverState& state, std::size_t i, Instant since) {
  const auto& path = state.paths[i];
  if (path.health != Health::good || path.leaves) return false;
  return state.plan.paths[i].measure == Measure::none || path.last_reply > since;
}

/// The best worth, and the lowest cost among the paths that have it.
struct Best {
  Worth worth;
  double cost = 0;
};

std::optional<Best> best_of(const FailoverState& state, std::size_t n, Instant since, Instant now) {
  std::optional<Best> best;
  for (const auto i : state.plan.networks[n].paths) {
    if (!eligible(state, i, since)) continue;
    const Best one{.worth = worth(state, n, i, now), .cost = cost(state, i, now)};
    if (!best || one.worth < best->worth || (one.worth == best->worth && one.cost < best->cost))
      best = one;
  }
  return best;
}

/// The first path to be proved is used, whichever it is; for a moment after that only the order
/// counts.
bool settling(const NetworkState& network, Instant now) {
  return network.last.rule == ChoiceRule::first && now < network.last.at + kSettling;
}

}  // namespace

std::size_t hub_rank(const NetworkSpec& network, std::size_t hub) {
  return static_cast<std::size_t>(std::ranges::find(network.hubs, hub) - network.hubs.begin());
}

std::optional<std::size_t> preferred(const FailoverState& state, std::size_t n, Instant since,
                                     Instant now) {
  const auto& network = state.plan.networks[n];
  const auto best = best_of(state, n, since, now);
  if (!best) return std::nullopt;
  const auto limit = best->cost + cost_margin(best->cost);
  const auto equal = [&](std::size_t i) {
    return eligible(state, i, since) && worth(state, n, i, now) == best->worth &&
           cost(state, i, now) <= limit;
  };
  const auto& used = state.networks[n].path;
  if (used && !settling(state.networks[n], now) && equal(*used)) return used;
  const auto held_until = [&](std::size_t i) {
    return std::max(now, state.paths[i].good_since + state.paths[i].hold);
  };
  std::optional<std::size_t> first;
  for (const auto i : network.paths)
    if (equal(i) && (!first || held_until(i) < held_until(*first))) first = i;
  return first;
}

}  // namespace kaido::failover
