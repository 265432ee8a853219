#include "core/failover/choosing.hpp"

#include <algorithm>
#include <chrono>

#include "core/failover/figures.hpp"
#include "core/failover/improvement.hpp"
#include "core/failover/moving.hpp"
#include "core/failover/preferred.hpp"
#include "core/failover/standbys.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto kAdoptedWait = 10s;  ///< for the state of an adopted path's tunnel

/// What the kernel uses stays until it is known how its tunnel is.
bool waits_for_tunnel(const NetworkState& network, const PathState& used, Instant now) {
  return used.health == Health::unusable && used.since == Instant{} &&
         network.last.rule == ChoiceRule::adopted && now < network.last.at + kAdoptedWait;
}

void choose_first(const Context& context, std::size_t n) {
  if (const auto best = preferred(context.state, n, {}, context.now))
    choose_path(context, n, best, ChoiceRule::first);
}

/// The path in use died. Only a path that has answered since the silence began takes its place:
/// else perhaps nothing reaches us, and the last route stays.
void leave_dead(const Context& context, std::size_t n, const PathState& used) {
  move_to_answering(context, n, std::max(used.silent_from, used.last_witness),
                    ChoiceRule::path_down);
}

/// The path in use works. Is another one better?
void compare(const Context& context, std::size_t n) {
  auto& network = context.state.networks[n];
  const auto best = preferred(context.state, n, {}, context.now);
  if (best && network.path && best != network.path) {
    consider_better(context, n, *network.path, *best);
  } else if (!wanted_is_suspect(context.state, network)) {
    network.wanted.reset();
  }
  network.free_now = false;
}

void choose_one(const Context& context, std::size_t n) {
  auto& network = context.state.networks[n];
  if (network.withdrawn) return move_anywhere(context, n, ChoiceRule::withdrawn);
  if (!network.path) return choose_first(context, n);
  const auto& used = context.path(*network.path);
  // As long as it works only a path that is as good takes its place.
  if (used.leaves)
    if (const auto best = preferred(context.state, n, {}, context.now))
      return choose_path(context, n, best, ChoiceRule::withdrawn);
  if (network.pinned && network.path == network.pinned && alive(used)) return;
  if (waits_for_tunnel(network, used, context.now)) return;
  switch (used.health) {
    case Health::unusable:
      return move_anywhere(context, n, ChoiceRule::path_down);
    case Health::down:
      return leave_dead(context, n, used);
    case Health::good:
      return compare(context, n);
    case Health::unproven:
    case Health::suspect:
    case Health::proving:
      return;
  }
}

/// The addresses of a hub itself go where the site's traffic to it goes.
void choose_for_hub(const Context& context, std::size_t n) {
  const auto& spec = context.state.plan.networks[n];
  for (std::size_t other = 0; other < context.state.networks.size(); ++other) {
    const auto& path = context.state.networks[other].path;
    if (context.state.plan.networks[other].implicit || !path ||
        context.spec(*path).hub != spec.hubs.front())
      continue;
    const auto& own = context.state.networks[n];
    if (own.path == path) return;
    const auto rule = context.state.networks[other].last.rule;
    return choose_path(context, n, path, own.path || own.withdrawn ? rule : ChoiceRule::first);
  }
  choose_one(context, n);
}

}  // namespace

void choose(const Context& context) {
  auto& state = context.state;
  state.dirty = false;
  for (std::size_t n = 0; n < state.networks.size(); ++n)
    if (!state.plan.networks[n].implicit) choose_one(context, n);
  for (std::size_t n = 0; n < state.networks.size(); ++n)
    if (state.plan.networks[n].implicit) choose_for_hub(context, n);
  assign_standbys(context);
  state.dirty = false;
}

}  // namespace kaido::failover
