#include "core/failover/review.hpp"

#include <algorithm>
#include <optional>

#include "core/failover/beat.hpp"
#include "core/failover/hold_down.hpp"
#include "core/failover/limits.hpp"
#include "core/failover/probing.hpp"

namespace kaido::failover {
namespace {

/// The limits that the path leaves first, of all networks that may use it.
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

/// The gravest trouble that the figures show.
Trouble trouble_of(const Context& context, std::size_t i) {
  const auto& path = context.path(i);
  const auto sla = strictest(context.state, i);
  if (context.state.hubs[context.spec(i).hub].ignoring) return Trouble::claim_ignored;
  if (too_lossy(path, sla.loss, context.now)) return Trouble::lossy;
  if (too_slow(path, sla.delay)) return Trouble::slow;
  return path.trouble == Trouble::size_limited ? Trouble::size_limited : Trouble::none;
}

void set_trouble(const Context& context, std::size_t i, Trouble trouble) {
  auto& path = context.path(i);
  if (trouble == path.trouble) return;
  if (trouble != Trouble::none) {
    count_flap(context, i, kSoftHold);
  } else {
    path.good_since = context.now;
  }
  path.trouble = trouble;
  path.since = context.now;
  context.changed(i);
}

}  // namespace

void review(const Context& context) {
  auto& state = context.state;
  state.next_review = beat(context.now + kSlack);
  bool measured = false;
  bool answering = false;
  for (std::size_t i = 0; i < state.paths.size(); ++i) {
    const auto& path = context.path(i);
    if (path.health == Health::unusable || context.spec(i).measure == Measure::none) continue;
    measured = true;
    if (path.health != Health::down && path.health != Health::suspect) answering = true;
    if (alive(path) && path.trouble != Trouble::reflector_silent)
      set_trouble(context, i, trouble_of(context, i));
  }
  state.all_silent = measured && !answering;
  state.dirty = true;
}

}  // namespace kaido::failover
