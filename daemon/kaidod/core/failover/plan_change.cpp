#include "core/failover/plan_change.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/failover/budget.hpp"
#include "core/failover/figures.hpp"

namespace kaido::failover {
namespace {

/// A new state that keeps what belongs to no path and no network.
FailoverState successor(const FailoverState& before, const FailoverPlan& plan, Instant now) {
  FailoverState state;
  state.epoch = before.epoch;
  state.generation = before.generation + 1;
  state.traffic = before.traffic;
  state.random = before.random;
  state.last_tick = before.last_tick;
  state.plan = plan;
  begin_budgets(state, before, now);
  for (const auto& path : state.plan.paths)
    if (path.hub >= state.hubs.size()) state.hubs.resize(path.hub + 1);
  for (auto& hub : state.hubs) hub = {.generation = state.generation, .changed_at = now};
  state.paths.resize(state.plan.paths.size());
  return state;
}

std::optional<std::size_t> find_path(const FailoverPlan& plan, const std::string& name) {
  const auto found = std::ranges::find(plan.paths, name, &PathSpec::name);
  if (found == plan.paths.end()) return std::nullopt;
  return static_cast<std::size_t>(found - plan.paths.begin());
}

void keep_paths(FailoverState& state, const FailoverState& before) {
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (const auto old = find_path(before.plan, state.plan.paths[i].name)) {
      state.paths[i] = before.paths[*old];
      state.paths[i].leaves = false;
    }
}

/// The network's state from before, its paths at their new indices.
NetworkState keep_network(const FailoverState& state, const NetworkSpec& spec,
                          const FailoverState& before, Instant now) {
  const auto found = std::ranges::find(before.plan.networks, spec.name, &NetworkSpec::name);
  if (found == before.plan.networks.end()) return {};
  const auto& old = before.networks[static_cast<std::size_t>(found - before.plan.networks.begin())];
  const auto moved = [&](const std::optional<std::size_t>& path) -> std::optional<std::size_t> {
    if (!path) return std::nullopt;
    const auto index = find_path(state.plan, before.plan.paths[*path].name);
    return index && std::ranges::count(spec.paths, *index) > 0 ? index : std::nullopt;
  };
  auto network = old;
  network.path = moved(old.path);
  network.pinned = moved(old.pinned);
  network.wanted = moved(old.wanted);
  network.last.from.reset();
  network.last.to = network.path;
  if (old.path && !network.path) network.withdrawn = figures(before, *old.path, now);
  return network;
}

/// A network without a path uses what the kernel has.
void adopt_path(const Context& context, std::size_t n, const PlanChanged& event) {
  auto& state = context.state;
  auto& network = state.networks[n];
  const auto adopted = event.adopted.find(state.plan.networks[n].name);
  if (adopted == event.adopted.end() || network.path || adopted->second >= state.paths.size())
    return;
  network.path = adopted->second;
  network.withdrawn.reset();
  network.last = {.rule = ChoiceRule::adopted, .to = network.path, .at = context.now};
  network.last.after = PathFigures{.name = state.plan.paths[*network.path].name};
  context.out.emplace_back(PathChosen{n, network.last});
}

}  // namespace

void apply_plan(const Context& context, const PlanChanged& event) {
  auto& state = context.state;
  const auto before = std::move(state);
  state = successor(before, event.plan, context.now);
  keep_paths(state, before);
  for (std::size_t n = 0; n < state.plan.networks.size(); ++n) {
    state.networks.push_back(keep_network(state, state.plan.networks[n], before, context.now));
    adopt_path(context, n, event);
  }
  state.dirty = true;
}

}  // namespace kaido::failover
