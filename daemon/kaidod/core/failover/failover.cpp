#include "core/failover/failover.hpp"

#include <algorithm>

#include "core/failover/choosing.hpp"
#include "core/failover/context.hpp"
#include "core/failover/hold_down.hpp"
#include "core/failover/moving.hpp"
#include "core/failover/plan_change.hpp"
#include "core/failover/probing.hpp"
#include "core/failover/replies.hpp"
#include "core/failover/review.hpp"
#include "core/failover/size_schedule.hpp"
#include "core/failover/transitions.hpp"
#include "core/overloaded.hpp"

namespace kaido {
namespace {

using failover::Context;

void on_paths_leave(const Context& context, const PathsLeave& leave) {
  for (const auto path : leave.paths)
    if (path < context.state.paths.size()) context.path(path).leaves = true;
  context.state.dirty = true;
}

void on_usable(const Context& context, const PathUsable& usable) {
  if (usable.path < context.state.paths.size())
    failover::set_usable(context, usable.path, usable.usable);
}

void on_traffic(const Context& context, const TrafficSeen& traffic) {
  auto& state = context.state;
  if (state.traffic == traffic.flows) return;
  state.traffic = traffic.flows;
  if (!traffic.flows) return;
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (state.paths[i].fast)
      state.paths[i].next_probe =
          std::min(state.paths[i].next_probe, context.now + failover::probe_interval(state, i));
  for (const auto& network : state.networks)
    if (network.path) failover::ask_size(context, *network.path);
}

void on_request(const Context& context, const SwitchRequested& request) {
  auto& state = context.state;
  if (request.network >= state.networks.size()) return;
  auto& network = state.networks[request.network];
  network.pinned = request.path;
  if (request.path) {
    if (network.path != request.path)
      failover::choose_path(context, request.network, request.path, ChoiceRule::requested);
    return;
  }
  failover::forgive_all(context);
  network.wanted.reset();
  state.dirty = true;
  network.free_now = true;
}

void on_tick(const Context& context) {
  auto& state = context.state;
  state.last_tick = context.now;
  for (std::size_t i = 0; i < state.paths.size(); ++i) failover::tick_path(context, i);
  if (context.now >= state.next_review) failover::review(context);
}

}  // namespace

void step(FailoverState& state, const FailoverEvent& event, Instant now, FailoverActions& actions) {
  const Context context{state, now, actions};
  std::visit(overloaded{
                 [&](const PlanChanged& plan) { failover::apply_plan(context, plan); },
                 [&](const PathsLeave& leave) { on_paths_leave(context, leave); },
                 [&](const PathUsable& usable) { on_usable(context, usable); },
                 [&](const ProbeReply& reply) { failover::on_reply(context, reply); },
                 [&](const CountersRead& read) { failover::on_counters(context, read); },
                 [&](const TrafficSeen& traffic) { on_traffic(context, traffic); },
                 [&](const SwitchRequested& request) { on_request(context, request); },
                 [&](const ProbeTick&) { on_tick(context); },
             },
             event);
  if (state.dirty) failover::choose(context);
}

std::optional<Instant> next_deadline(const FailoverState& state) {
  std::optional<Instant> next;
  const auto earliest = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (const auto at = failover::path_deadline(state, i)) earliest(*at);
  if (next) earliest(state.next_review);
  return next;
}

bool answers_may_wait(const FailoverState& state) {
  for (const auto& path : state.paths) {
    const bool settled = path.health == Health::good || path.health == Health::unusable ||
                         path.health == Health::down;
    if (!settled || path.search_high != 0) return false;
  }
  return std::ranges::all_of(state.networks, [&](const NetworkState& network) {
    return network.path && state.paths[*network.path].health == Health::good;
  });
}

}  // namespace kaido
