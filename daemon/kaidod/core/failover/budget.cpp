#include "core/failover/budget.hpp"

#include <algorithm>
#include <chrono>

#include "core/failover/figures.hpp"
#include "kaido/stamp.hpp"

namespace kaido {
namespace failover {
namespace {

constexpr double kDay = 86400;        ///< the bucket holds the rate of this many seconds
constexpr double kReserve = 0.1;      ///< of the bucket: from there on the budget is not spent
constexpr double kShareOfFast = 0.6;  ///< of the rate, for paths in use and standbys
constexpr double kShareOfOthers = 0.15;
constexpr double kShareOfSizes = 0.15;  ///< the rest is for troubles

double rate_of(const FailoverState& state, std::size_t uplink) {
  return uplink < state.plan.budgets.size() ? state.plan.budgets[uplink].rate : 0;
}

Duration in_duration(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void begin_budgets(FailoverState& state, const FailoverState& before, Instant now) {
  state.budgets.assign(state.plan.budgets.size(), {});
  for (std::size_t uplink = 0; uplink < state.budgets.size(); ++uplink) {
    const auto& spec = state.plan.budgets[uplink];
    state.budgets[uplink] = {.left = kDay * spec.rate, .at = now};
    const auto known = std::ranges::find(before.plan.budgets, spec);
    if (known != before.plan.budgets.end())
      state.budgets[uplink] =
          before.budgets[static_cast<std::size_t>(known - before.plan.budgets.begin())];
  }
}

void spend(const Context& context, std::size_t i, std::uint16_t size) {
  const auto& spec = context.spec(i);
  const auto rate = rate_of(context.state, spec.uplink);
  if (rate <= 0) return;
  auto& budget = context.state.budgets[spec.uplink];
  const auto full = kDay * rate;
  const std::chrono::duration<double> passed = context.now - budget.at;
  budget.at = context.now;
  budget.left = std::min(full, budget.left + rate * passed.count()) - probe_bytes(spec, size);
  const bool spent = budget.left <= (budget.spent ? full * kReserve : 0);
  if (spent == budget.spent) return;
  budget.spent = spent;
  context.out.emplace_back(BudgetChanged{spec.uplink});
}

bool spent(const FailoverState& state, std::size_t i) {
  const auto uplink = state.plan.paths[i].uplink;
  return uplink < state.budgets.size() && state.budgets[uplink].spent;
}

Duration affordable(const FailoverState& state, std::size_t i) {
  if (!spent(state, i)) return {};
  const auto uplink = state.plan.paths[i].uplink;
  const bool fast = state.paths[i].fast;
  double bytes = 0;  // of one probe on each path that shares with this one
  for (std::size_t k = 0; k < state.paths.size(); ++k)
    if (state.plan.paths[k].uplink == uplink && state.paths[k].fast == fast)
      bytes += probe_bytes(state.plan.paths[k], 0);
  const auto rate = rate_of(state, uplink) * (fast ? kShareOfFast : kShareOfOthers);
  return in_duration(bytes / rate);
}

Duration affordable_for_size(const FailoverState& state, std::size_t i) {
  if (!spent(state, i)) return {};
  const auto uplink = state.plan.paths[i].uplink;
  double bytes = 0;
  for (const auto& spec : state.plan.paths)
    if (spec.uplink == uplink) bytes += probe_bytes(spec, spec.full_size);
  return in_duration(bytes / (rate_of(state, uplink) * kShareOfSizes));
}

}  // namespace failover

double probe_bytes(const PathSpec& spec, std::uint16_t size) {
  constexpr std::uint16_t kSmall =
      48 + stamp::kBaseSize + stamp::kTlvHeader + stamp::kClaimSize;  // IPv6, UDP
  constexpr std::uint16_t kSeal = stamp::kTlvHeader + stamp::kHmacSize;
  const auto least = static_cast<std::uint16_t>(kSmall + (spec.sealed ? kSeal : 0));
  return 2.0 * (std::max(size, least) + spec.overhead);
}

}  // namespace kaido
