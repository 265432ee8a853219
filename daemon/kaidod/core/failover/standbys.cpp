#include "core/failover/standbys.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "core/failover/probing.hpp"
#include "core/failover/size_schedule.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

// For this long before a network moves to a path, the path is probed fast: a path that is probed
// every 5 s seems to lose nothing for a minute.
constexpr auto kTrial = 15s;
constexpr auto kLongTrial = 60s;  ///< of one that had trouble: loss near a limit needs a minute

// What makes two paths unlikely to die together.
constexpr int kOtherUplink = 4;
constexpr int kOtherEndpoint = 4;
constexpr int kOtherTransport = 3;
constexpr int kSameHub = 8;  ///< added to twice the sum of the others

/// Differs in more of uplink, endpoint and transport: less likely to die together.
int distance(const PathSpec& a, const PathSpec& b) {
  return (a.uplink != b.uplink ? kOtherUplink : 0) +
         (a.hub != b.hub || a.endpoint != b.endpoint ? kOtherEndpoint : 0) +
         (a.transport != b.transport ? kOtherTransport : 0);
}

/// Fit to stand by. Where all paths are silent, any path with a tunnel is, whichever answers first.
bool fit(const FailoverState& state, std::size_t i, bool all_silent) {
  return all_silent ? state.paths[i].health != Health::unusable : alive(state.paths[i]);
}

/// The best path to another hub, ready for the death of the hub.
std::optional<std::size_t> at_other_hub(const FailoverState& state, const NetworkSpec& network,
                                        std::size_t used, bool all_silent) {
  for (const auto i : network.paths)
    if (state.plan.paths[i].hub != state.plan.paths[used].hub && fit(state, i, all_silent))
      return i;
  return std::nullopt;
}

/// The path that is least likely to die together with the one in use.
std::optional<std::size_t> furthest(const FailoverState& state, const NetworkSpec& network,
                                    std::size_t used, std::optional<std::size_t> first,
                                    bool all_silent) {
  const auto& from = state.plan.paths[used];
  std::optional<std::size_t> best;
  int best_value = -1;
  for (const auto i : network.paths) {
    if (i == used || i == first || !fit(state, i, all_silent)) continue;
    const auto& spec = state.plan.paths[i];
    const int value = distance(spec, from) * 2 + (spec.hub == from.hub ? kSameHub : 0);
    if (value > best_value) {
      best_value = value;
      best = i;
    }
  }
  return best;
}

/// The wanted path is on trial: the network moves to it soon.
bool on_trial(const FailoverState& state, const NetworkState& network, std::size_t wanted,
              Instant now) {
  return network.wanted_at < now + (state.paths[wanted].flaps > 0 ? kLongTrial : kTrial);
}

void mark_fast(const Context& context, std::size_t n, std::vector<bool>& fast) {
  const auto& state = context.state;
  const auto& network = state.networks[n];
  const auto& spec = state.plan.networks[n];
  if (!network.path || spec.implicit) return;
  const auto used = *network.path;
  fast[used] = true;
  if (network.wanted && on_trial(state, network, *network.wanted, context.now))
    fast[*network.wanted] = true;
  const bool all_silent =
      std::ranges::none_of(spec.paths, [&](std::size_t i) { return alive(state.paths[i]); });
  const auto first = furthest(state, spec, used, std::nullopt, all_silent);
  if (!first) return;
  fast[*first] = true;
  auto second = at_other_hub(state, spec, used, all_silent);
  if (!second) second = furthest(state, spec, used, first, all_silent);
  if (second) fast[*second] = true;
}

}  // namespace

void assign_standbys(const Context& context) {
  auto& state = context.state;
  std::vector<bool> fast(state.paths.size());
  for (std::size_t n = 0; n < state.networks.size(); ++n) mark_fast(context, n, fast);
  for (std::size_t i = 0; i < state.paths.size(); ++i) {
    auto& path = context.path(i);
    if (path.fast == fast[i]) continue;
    path.fast = fast[i];
    if (!path.fast) continue;  // its next probe tells the hub of the longer hold
    path.next_probe = std::min(path.next_probe, context.now + probe_interval(state, i));
    path.next_size = std::min(path.next_size, context.now + size_interval(state, i));
  }
}

}  // namespace kaido::failover
