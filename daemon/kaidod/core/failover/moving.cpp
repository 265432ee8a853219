#include "core/failover/moving.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/failover/acknowledgement.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/fragments.hpp"
#include "core/failover/preferred.hpp"
#include "core/failover/size_schedule.hpp"
#include "core/failover/transitions.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto kTellStep = 1ms;  ///< between the probes that tell the hub

PathChoice choice_of(const Context& context, const NetworkState& network,
                     std::optional<std::size_t> path, ChoiceRule rule) {
  PathChoice choice{.rule = rule, .from = network.path, .to = path, .at = context.now};
  if (network.path) {
    choice.trouble = context.path(*network.path).trouble;
    choice.before = figures(context.state, *network.path, context.now);
  } else if (network.withdrawn) {
    choice.before = *network.withdrawn;
  }
  if (path) choice.after = figures(context.state, *path, context.now);
  return choice;
}

/// The hubs are to know at once, by every path that reaches them.
void tell_hubs(const Context& context, const PathChoice& choice) {
  auto& state = context.state;
  for (const auto& end : {choice.from, choice.to})
    if (end) expect_acknowledgement(context, *end, choice.rule == ChoiceRule::path_down);
  auto at = context.now;
  for (std::size_t i = 0; i < state.paths.size(); ++i)
    if (alive(context.path(i)) && (choice.to == i || context.path(i).fast)) {
      context.path(i).next_probe = std::min(context.path(i).next_probe, at);
      at += kTellStep;
    }
  if (choice.to) context.path(*choice.to).next_probe = context.now;
}

}  // namespace

void choose_path(const Context& context, std::size_t n, std::optional<std::size_t> path,
                 ChoiceRule rule) {
  auto& state = context.state;
  auto& network = state.networks[n];
  auto choice = choice_of(context, network, path, rule);
  if (network.path || network.withdrawn) ++network.switches;
  network.withdrawn.reset();
  network.path = path;
  network.wanted.reset();
  network.free_now = false;
  network.last = choice;
  ++state.generation;
  tell_hubs(context, choice);
  const auto from = choice.from;
  context.out.emplace_back(PathChosen{n, std::move(choice)});
  if (from) size_used(context, *from);
  if (path) {
    size_used(context, *path);
    ask_size(context, *path);
  }
  state.dirty = true;
}

bool move_to_answering(const Context& context, std::size_t n, Instant since, ChoiceRule rule) {
  if (const auto best = preferred(context.state, n, since, context.now)) {
    choose_path(context, n, best, rule);
    return true;
  }
  const auto& candidates = context.state.plan.networks[n].paths;
  const bool any_good = std::ranges::any_of(
      candidates, [&](std::size_t i) { return context.path(i).health == Health::good; });
  if (any_good) return false;
  const auto answers = std::ranges::find_if(candidates, [&](std::size_t i) {
    return context.path(i).health == Health::proving && context.path(i).proofs >= kFirstProofs;
  });
  if (answers == candidates.end()) return false;
  choose_path(context, n, *answers, rule);
  return true;
}

void move_anywhere(const Context& context, std::size_t n, ChoiceRule rule) {
  if (move_to_answering(context, n, {}, rule)) return;
  for (const auto health : {Health::suspect, Health::proving, Health::unproven, Health::down})
    for (const auto i : context.state.plan.networks[n].paths)
      if (context.path(i).health == health) return choose_path(context, n, i, rule);
  choose_path(context, n, std::nullopt, ChoiceRule::none_left);
}

}  // namespace kaido::failover
