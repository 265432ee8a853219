#include "core/failover/cost.hpp"

#include <algorithm>
#include <chrono>

#include "core/failover/figures.hpp"

namespace kaido {
namespace failover {
namespace {

constexpr double kMargin = 10.0;         ///< a smaller difference in cost does not count
constexpr double kRelativeMargin = 0.2;  ///< nor one below this share of the cost
constexpr double kLossCost = 10.0;       ///< for each percent

double ms(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

double transport_cost(const PathSpec& spec) {
  if (spec.handicap >= 0) return spec.handicap;
  return spec.transport == Transport::wireguard ? kTransportCost : 0.0;
}

}  // namespace

double loss_cost(const PathState& path, Instant now) {
  return kLossCost * 100 * path.minute.round_trip(now).share();
}

double cost_margin(double cost) { return std::max(kMargin, cost * kRelativeMargin); }

bool faster(const FailoverState& state, std::size_t best, std::size_t current, Instant now) {
  const auto price = [&](std::size_t i) {
    return cost(state, i, now) - loss_cost(state.paths[i], now);
  };
  return price(current) > price(best) + cost_margin(price(best));
}

}  // namespace failover

double cost(const FailoverState& state, std::size_t i, Instant now) {
  const auto& path = state.paths[i];
  return failover::ms(path.round_trips.smoothed()) + failover::transport_cost(state.plan.paths[i]) +
         failover::loss_cost(path, now);
}

}  // namespace kaido
