// From a gateway's state to the plan of core/failover: a path for each tunnel, at the same index.
#pragma once

#include <map>
#include <string>

#include "core/board.hpp"
#include "core/failover/plan_types.hpp"
#include "core/kernel.hpp"

namespace kaido {

/// `measuring`: false when nothing can send probes; a tunnel that is up counts as good then.
[[nodiscard]] FailoverPlan failover_plan(const Board& board, bool measuring);

/// Which tunnel each network uses by the nexthop objects that the kernel has: for PlanChanged.
[[nodiscard]] std::map<std::string, std::size_t> adopted_choices(const Board& board,
                                                                 const KernelState& observed);

}  // namespace kaido
