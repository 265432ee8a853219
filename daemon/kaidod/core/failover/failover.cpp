#include "core/failover/failover.hpp"

#include "core/failover/parts.hpp"
#include "core/overloaded.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using failover::Context;

/// What is known of a path or a network stays with its name.
void take_plan(const Context& context, const PlanChanged& event) {
  auto& state = context.state;
  const auto before = std::move(state);
  state = {};
  state.epoch = before.epoch;
  state.generation = before.generation + 1;
  state.traffic = before.traffic;
  state.random = before.random;
  state.last_tick = before.last_tick;
  state.plan = event.plan;
  failover::begin_budgets(state, before, context.now);
  for (const auto& path : state.plan.paths)
    if (path.hub >= state.hubs.size()) state.hubs.resize(path.hub + 1);
  for (auto& hub : state.hubs) hub = {.generation = state.generation, .changed_at = context.now};
  state.paths.resize(state.plan.paths.size());
  const auto old_path = [&](const std::string& name) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(before.plan.paths, name, &PathSpec::name);
    if (found == before.plan.paths.end()) return std::nullopt;
    return static_cast<std::size_t>(found - before.plan.paths.begin());
  };
  const auto new_path = [&](std::size_t old) -> std::optional<std::size_t> {
    const auto found =
        std::ranges::find(state.plan.paths, before.plan.paths[old].name, &PathSpec::name);
    if (found == state.plan.paths.end()) return std::nullopt;
    return static_cast<std::size_t>(found - state.plan.paths.begin());
  };
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (const auto old = old_path(state.plan.paths[i].name)) {
      state.paths[i] = before.paths[*old];
      state.paths[i].leaves = false;
    }
  for (std::size_t n = 0; n < state.plan.networks.size(); ++n) {
    auto& network = state.networks.emplace_back();
    const auto& spec = state.plan.networks[n];
    const auto found = std::ranges::find(before.plan.networks, spec.name, &NetworkSpec::name);
    if (found != before.plan.networks.end()) {
      const auto& old =
          before.networks[static_cast<std::size_t>(found - before.plan.networks.begin())];
      network = old;
      const auto map = [&](const std::optional<std::size_t>& path) {
        const auto mapped = path ? new_path(*path) : std::nullopt;
        return mapped && std::ranges::count(spec.paths, *mapped) > 0 ? mapped : std::nullopt;
      };
      network.path = map(old.path);
      network.pinned = map(old.pinned);
      network.wanted = map(old.wanted);
      network.last.from.reset();
      network.last.to = network.path;
      if (old.path && !network.path) network.withdrawn = figures(before, *old.path, context.now);
    }
    if (const auto adopted = event.adopted.find(spec.name);
        adopted != event.adopted.end() && !network.path && adopted->second < state.paths.size()) {
      network.path = adopted->second;
      network.withdrawn.reset();
      network.last = {.rule = ChoiceRule::adopted, .to = network.path, .at = context.now};
      network.last.after = PathFigures{.name = state.plan.paths[*network.path].name};
      context.out.emplace_back(Use{n, network.last});
    }
  }
  state.dirty = true;
}

void request(const Context& context, const SwitchRequested& event) {
  auto& state = context.state;
  if (event.network >= state.networks.size()) return;
  auto& network = state.networks[event.network];
  network.pinned = event.path;
  if (event.path) {
    if (network.path != event.path)
      failover::use(context, event.network, event.path, ChoiceRule::requested);
    return;
  }
  // Freely, and now: what was held against a path is forgiven.
  for (auto& path : state.paths) {
    path.hold = {};
    path.flaps = 0;
    if (path.good_since + 1h > context.now)
      path.good_since = std::min(path.good_since, context.now - 1h);
  }
  network.wanted.reset();
  state.dirty = true;
  network.free_now = true;
}

void advance(const Context& context) {
  auto& state = context.state;
  state.last_tick = context.now;
  for (std::size_t i = 0; i < state.paths.size(); ++i) failover::attend(context, i);
  if (context.now >= state.next_review) failover::review(context);
}

}  // namespace

void step(FailoverState& state, const FailoverEvent& event, Instant now, FailoverActions& actions) {
  const Context context{state, now, actions};
  const auto known = [&](std::size_t path) { return path < state.paths.size(); };
  std::visit(overloaded{
                 [&](const PlanChanged& changed) { take_plan(context, changed); },
                 [&](const PathsLeave& leave) {
                   for (const auto path : leave.paths)
                     if (known(path)) context.path(path).leaves = true;
                   state.dirty = true;
                 },
                 [&](const PathUsable& usable) {
                   if (known(usable.path))
                     failover::set_usable(context, usable.path, usable.usable);
                 },
                 [&](const ProbeReply& reply) { failover::on_reply(context, reply); },
                 [&](const CountersRead& read) { failover::on_counters(context, read); },
                 [&](const TrafficSeen& traffic) {
                   if (state.traffic == traffic.flows) return;
                   state.traffic = traffic.flows;
                   if (!traffic.flows) return;
                   for (std::size_t i = 0; i < state.paths.size(); ++i)
                     if (state.paths[i].fast)
                       state.paths[i].next_probe =
                           std::min(state.paths[i].next_probe, now + failover::interval(state, i));
                   for (const auto& network : state.networks)
                     if (network.path) failover::ask_size(context, *network.path);
                 },
                 [&](const SwitchRequested& wanted) { request(context, wanted); },
                 [&](const ProbeTick&) { advance(context); },
             },
             event);
  if (state.dirty) failover::choose(context);
}

const char* to_string(ChoiceRule rule) {
  switch (rule) {
    case ChoiceRule::first:
      return "first";
    case ChoiceRule::adopted:
      return "adopted";
    case ChoiceRule::path_down:
      return "path-down";
    case ChoiceRule::out_of_sla:
      return "out-of-sla";
    case ChoiceRule::better:
      return "better";
    case ChoiceRule::preferred:
      return "preferred";
    case ChoiceRule::requested:
      return "requested";
    case ChoiceRule::withdrawn:
      return "withdrawn";
    case ChoiceRule::none_left:
      return "none-left";
  }
  return "";
}

Instant beat(Instant at, std::size_t every, std::size_t which) {
  const auto since = at.time_since_epoch();
  const auto number = (since + kBeat - Duration(1)) / kBeat;
  const auto period = static_cast<std::int64_t>(every);
  const auto wait = (static_cast<std::int64_t>(which) - number) % period;
  return Instant(kBeat * (number + (wait < 0 ? wait + period : wait)));
}

std::optional<Instant> next_deadline(const FailoverState& state) {
  std::optional<Instant> next;
  const auto take = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (const auto at = failover::attention(state, i)) take(*at);
  if (next) take(state.next_review);
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

Duration probing_interval(const FailoverState& state, std::size_t path) {
  return failover::interval(state, path);
}

Duration size_probing_interval(const FailoverState& state, std::size_t path) {
  return failover::size_interval(state, path);
}

namespace {

/// A hub that carries nothing any more has not heard of it, in what time a planned departure takes.
bool left_unheard(const FailoverState& state) {
  for (std::size_t hub = 0; hub < state.hubs.size(); ++hub) {
    const auto& word = state.hubs[hub];
    if (word.follows || (!word.from_dead && !word.ignoring)) continue;
    bool carries = false;
    for (std::size_t n = 0; n < state.networks.size(); ++n) {
      const auto& path = state.networks[n].path;
      carries |= !state.plan.networks[n].implicit && path && state.plan.paths[*path].hub == hub;
    }
    if (!carries) return true;
  }
  return false;
}

}  // namespace

stamp::Claim claim_for(const FailoverState& state, std::size_t path) {
  const auto hub = state.plan.paths[path].hub;
  stamp::Claim claim{.epoch = state.epoch,
                     .generation = state.generation,
                     .hub = state.plan.paths[path].hub_number};
  std::optional<std::size_t> used;
  for (std::size_t n = 0; n < state.networks.size(); ++n) {
    const auto& candidate = state.networks[n].path;
    if (!candidate || state.plan.paths[*candidate].hub != hub) continue;
    const bool carries = !state.plan.networks[n].implicit;
    if (used && !carries) continue;
    if (!claim.carries || !used) used = candidate;
    claim.carries = claim.carries || carries;
  }
  if (used) {
    claim.transport = static_cast<std::uint8_t>(state.plan.paths[*used].transport) + 1;
    claim.slot = state.plan.paths[*used].slot;
    claim.size = state.paths[*used].size;
    claim.fragments = in_fragments(state, *used);
  }
  claim.outranks = claim.carries && left_unheard(state);
  // What the hub may wait for: four of the shortest intervals, and more than our own patience.
  Duration shortest = state.plan.rates.slow;
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (state.plan.paths[i].hub == hub && failover::alive(state.paths[i]))
      shortest =
          std::min(shortest, state.paths[i].health == Health::suspect && state.paths[i].fast
                                 ? (state.traffic ? state.plan.rates.fast : state.plan.rates.idle)
                                 : failover::interval(state, i));
  auto hold = 4 * shortest;
  if (used)
    hold = std::max<Duration>(hold, failover::threshold(state, *used, state.last_tick) + shortest);
  claim.hold = static_cast<std::uint16_t>(std::min<std::int64_t>(
      65535, std::chrono::duration_cast<std::chrono::milliseconds>(hold).count()));
  return claim;
}

}  // namespace kaido
