#include "core/failover/outlook.hpp"

#include "core/failover/cost.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/silence_limit.hpp"

namespace kaido {

Outlook outlook(const FailoverState& state, std::size_t n, Instant now) {
  const auto& network = state.networks[n];
  if (!network.path) return {};
  const auto& used = state.plan.paths[*network.path];
  Outlook result{.used = used.name, .pinned = network.pinned == network.path};
  if (network.wanted && network.wanted_at > now) {  // else the path is only measured
    result.next = state.plan.paths[*network.wanted].name;
    result.wait = std::chrono::ceil<std::chrono::seconds>(network.wanted_at - now);
  }
  result.measured = used.measure != Measure::none;
  result.limit = failover::threshold(state, *network.path, now);
  result.margin = failover::cost_margin(cost(state, *network.path, now));
  return result;
}

}  // namespace kaido
