#include "core/failover/improvement.hpp"

#include <chrono>

#include "core/failover/cost.hpp"
#include "core/failover/evidence.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/hold_down.hpp"
#include "core/failover/limits.hpp"
#include "core/failover/moving.hpp"
#include "core/failover/preferred.hpp"
#include "core/failover/size.hpp"

namespace kaido::failover {
namespace {

/// In what `best` surpasses the path in use.
struct Advantage {
  bool fixed_limits = false;  ///< the path in use breaks limits that no figure changes
  bool less_lossy = false;
  bool faster = false;
};

/// A size black hole may sit on every line: one that seems to carry all is asked before it is
/// taken.
bool awaits_size(const Context& context, std::size_t current, std::size_t best) {
  return size_news_awaited(context.state, current, context.now) &&
         context.spec(best).measure == Measure::stamp && !size_limited(context.state, best) &&
         context.path(best).size_at < context.path(current).size_lost_at;
}

/// `best` mends what puts the path in use outside the limits.
bool mends(const Context& context, std::size_t current, std::size_t best, const Sla& sla,
           const Advantage& advantage) {
  const auto& used = context.path(current);
  return advantage.fixed_limits ||
         (advantage.less_lossy && too_lossy(used, sla.loss, context.now)) ||
         (advantage.faster && probed_often(context.path(best), context.now) &&
          too_slow(used, sla.delay));
}

/// `best` is no better than the path in use, as far as is known.
bool no_better(const Context& context, const NetworkSpec& network, std::size_t current,
               std::size_t best, const Advantage& advantage) {
  return !advantage.fixed_limits && !advantage.less_lossy && !advantage.faster &&
         context.spec(current).measure != Measure::none &&
         hub_rank(network, context.spec(best).hub) >= hub_rank(network, context.spec(current).hub);
}

/// The network moves to `best` when that has stayed good for long enough.
void wait_for(const Context& context, std::size_t n, std::size_t current, std::size_t best) {
  auto& network = context.state.networks[n];
  const auto now = context.now;
  const auto price = cost(context.state, best, now);
  const bool better = cost(context.state, current, now) > price + cost_margin(price);
  if (network.wanted != best) {
    network.wanted = best;
    network.wanted_since = now;
  }
  network.wanted_at =
      network.free_now ? now : held_until(context.path(best), network.wanted_since, now);
  if (now >= network.wanted_at)
    choose_path(context, n, best, better ? ChoiceRule::better : ChoiceRule::preferred);
}

}  // namespace

bool wanted_is_suspect(const FailoverState& state, const NetworkState& network) {
  if (!network.wanted) return false;
  const auto& path = state.paths[*network.wanted];
  return path.health == Health::suspect && path.trouble != Trouble::reflector_silent;
}

void consider_better(const Context& context, std::size_t n, std::size_t current, std::size_t best) {
  auto& state = context.state;
  auto& network = state.networks[n];
  const auto& spec = state.plan.networks[n];
  const auto now = context.now;
  const bool inside = within(state, current, spec.sla, now);
  if (!inside && awaits_size(context, current, best)) return;
  const Advantage advantage{.fixed_limits = !meets_fixed_limits(state, current, spec.sla),
                            .less_lossy = less_lossy(state, best, current, now),
                            .faster = faster(state, best, current, now)};
  if (!inside && within(state, best, spec.sla, now) &&
      mends(context, current, best, spec.sla, advantage)) {
    count_flap(context, current, kSoftHold);
    return choose_path(context, n, best, ChoiceRule::out_of_sla);
  }
  if (no_better(context, spec, current, best, advantage)) {
    // A path that is probed rarely has lost nothing yet: it is measured as the one in use is.
    network.wanted = best;
    network.wanted_at = network.wanted_since = now;
    return;
  }
  if (!wanted_is_suspect(state, network)) wait_for(context, n, current, best);
}

}  // namespace kaido::failover
