// Which paths are kept warm, to be used when the one in use dies.
#include "core/failover/parts.hpp"

namespace kaido::failover {
namespace {

constexpr auto kTrial = 15s;
constexpr auto kLongTrial =
    60s;  ///< of one that had trouble: loss near a limit takes a minute to tell

/// Differs in more of uplink, endpoint, hub and transport: less likely to die with the others.
int distance(const PathSpec& a, const PathSpec& b) {
  return (a.uplink != b.uplink ? 4 : 0) + (a.hub != b.hub || a.endpoint != b.endpoint ? 4 : 0) +
         (a.transport != b.transport ? 3 : 0);
}

std::optional<std::size_t> standby(const FailoverState& state, const NetworkSpec& network,
                                   std::size_t used, std::optional<std::size_t> first) {
  const auto hub = state.plan.paths[used].hub;
  // Where all are silent two others are asked as often as the one in use, whatever comes back
  // first.
  const bool silent =
      std::ranges::none_of(network.paths, [&](std::size_t i) { return alive(state.paths[i]); });
  const auto fit = [&](std::size_t i) {
    return silent ? state.paths[i].health != Health::unusable : alive(state.paths[i]);
  };
  if (first)  // for the death of the hub: the best of another
    for (const auto i : network.paths)
      if (state.plan.paths[i].hub != hub && fit(i)) return i;
  std::optional<std::size_t> best;
  int furthest = -1;
  for (const auto i : network.paths) {
    if (i == used || i == first || !fit(i)) continue;
    const auto& spec = state.plan.paths[i];
    const auto& from = state.plan.paths[used];
    int value = distance(spec, from) * 2;
    if (spec.hub == from.hub) value += 8;
    if (value > furthest) {
      furthest = value;
      best = i;
    }
  }
  return best;
}

}  // namespace

void assign_standbys(const Context& context) {
  auto& state = context.state;
  std::vector<bool> fast(state.paths.size());
  for (std::size_t n = 0; n < state.networks.size(); ++n) {
    const auto& used = state.networks[n].path;
    if (!used || state.plan.networks[n].implicit) continue;
    fast[*used] = true;
    // A path that is asked every 5 s seems to lose nothing for a minute: before it is moved to it
    // is measured as the one in use is.
    const auto& network = state.networks[n];
    if (network.wanted &&
        network.wanted_at <
            context.now + (state.paths[*network.wanted].flaps > 0 ? kLongTrial : kTrial))
      fast[*network.wanted] = true;
    const auto first = standby(state, state.plan.networks[n], *used, std::nullopt);
    if (!first) continue;
    fast[*first] = true;
    if (const auto second = standby(state, state.plan.networks[n], *used, first))
      fast[*second] = true;
  }
  for (std::size_t i = 0; i < state.paths.size(); ++i) {
    auto& path = context.path(i);
    if (path.fast == fast[i]) continue;
    path.fast = fast[i];
    if (!path.fast) continue;  // the probe that is due next tells the hub of the longer hold
    path.next_probe = std::min(path.next_probe, context.now + interval(state, i));
    path.next_size = std::min(path.next_size, context.now + size_interval(state, i));
  }
}

}  // namespace kaido::failover
