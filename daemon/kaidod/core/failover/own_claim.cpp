#include "core/failover/own_claim.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "core/failover/context.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/probing.hpp"
#include "core/failover/silence_limit.hpp"

namespace kaido {
namespace {

constexpr int kHoldProbes = 4;  ///< of the shortest interval: so long the hub waits at least

bool carries_network(const FailoverState& state, std::size_t hub) {
  for (std::size_t n = 0; n < state.networks.size(); ++n) {
    const auto& path = state.networks[n].path;
    if (!state.plan.networks[n].implicit && path && state.plan.paths[*path].hub == hub) return true;
  }
  return false;
}

/// A hub that carries nothing any more has not acknowledged that. It was left for a dead path, or
/// because it ignores us.
bool left_unheard(const FailoverState& state) {
  for (std::size_t hub = 0; hub < state.hubs.size(); ++hub) {
    const auto& known = state.hubs[hub];
    if (!known.acknowledged && (known.old_path_dead || known.ignoring) &&
        !carries_network(state, hub))
      return true;
  }
  return false;
}

struct Usage {
  std::optional<std::size_t> path;  ///< by which the hub has to answer
  bool carries = false;             ///< a network of the site uses it, not only the hub's addresses
};

Usage usage_of(const FailoverState& state, std::size_t hub) {
  Usage usage;
  for (std::size_t n = 0; n < state.networks.size(); ++n) {
    const auto& candidate = state.networks[n].path;
    if (!candidate || state.plan.paths[*candidate].hub != hub) continue;
    const bool carries = !state.plan.networks[n].implicit;
    if (usage.path && !carries) continue;
    if (!usage.carries || !usage.path) usage.path = candidate;
    usage.carries = usage.carries || carries;
  }
  return usage;
}

/// How often the hub receives our claim at least, by the path that is probed most often.
Duration shortest_interval(const FailoverState& state, std::size_t hub) {
  const auto& rates = state.plan.rates;
  auto shortest = rates.slow;
  for (std::size_t i = 0; i < state.paths.size(); ++i) {
    const auto& path = state.paths[i];
    if (state.plan.paths[i].hub != hub || !failover::alive(path)) continue;
    // A suspect path is probed fast only for a moment: that does not shorten the hold.
    const auto interval = path.health == Health::suspect && path.fast
                              ? (state.traffic ? rates.fast : rates.idle)
                              : failover::probe_interval(state, i);
    shortest = std::min(shortest, interval);
  }
  return shortest;
}

/// How long the hub waits for our next probe before it takes us for silent, in ms: longer than we
/// wait for its answers.
std::uint16_t hold_of(const FailoverState& state, std::size_t hub,
                      const std::optional<std::size_t>& used) {
  const auto shortest = shortest_interval(state, hub);
  auto hold = kHoldProbes * shortest;
  if (used)
    hold = std::max<Duration>(hold, failover::threshold(state, *used, state.last_tick) + shortest);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(hold).count();
  return static_cast<std::uint16_t>(
      std::min<std::int64_t>(std::numeric_limits<std::uint16_t>::max(), ms));
}

}  // namespace

stamp::Claim claim_for(const FailoverState& state, std::size_t path) {
  const auto hub = state.plan.paths[path].hub;
  const auto usage = usage_of(state, hub);
  stamp::Claim claim{.epoch = state.epoch,
                     .generation = state.generation,
                     .hub = state.plan.paths[path].hub_number,
                     .carries = usage.carries};
  if (usage.path) {
    const auto& spec = state.plan.paths[*usage.path];
    claim.transport = static_cast<std::uint8_t>(spec.transport) + 1;
    claim.slot = spec.slot;
    claim.size = state.paths[*usage.path].size;
    claim.fragments = in_fragments(state, *usage.path);
  }
  claim.outranks = claim.carries && left_unheard(state);
  claim.hold = hold_of(state, hub, usage.path);
  return claim;
}

}  // namespace kaido
