#include "core/failover/repair.hpp"

#include <algorithm>
#include <chrono>

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto kRepairAnyway = 60s;    ///< of silence, when nothing else in the slot gets through
constexpr auto kRepairStep = 5s;       ///< doubled by each attempt: 10 s after the first one
constexpr auto kLongestRepair = 300s;  ///< between two attempts
constexpr std::uint32_t kMostRepairDoublings = 6;  ///< of the time between two attempts

/// The other transport of the same slot gets through, so the endpoint answers.
bool sibling_alive(const Context& context, const PathSpec& spec) {
  const auto& paths = context.state.plan.paths;
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (paths[i].slot == spec.slot && paths[i].transport != spec.transport &&
        alive(context.path(i)))
      return true;
  return false;
}

}  // namespace

void repair_tunnel(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  const auto& spec = context.spec(i);
  if (path.health != Health::down || spec.transport != Transport::ikev2 ||
      context.now < path.next_repair)
    return;
  // Where the endpoint itself does not answer a repair hardly helps, but it is tried now and then.
  if (sibling_alive(context, spec) || path.repairs >= 1 || context.now - path.since > kRepairAnyway)
    context.out.emplace_back(RepairTunnel{i, ++path.repairs});
  path.next_repair =
      context.now +
      std::min<Duration>(kRepairStep * (1U << std::min(path.repairs, kMostRepairDoublings)),
                         kLongestRepair);
}

}  // namespace kaido::failover
