// The difference between what should be and what is, as changes in an order that never leaves
// traffic without a way: make before break, routes before nexthops, links last.
#pragma once

#include <vector>

#include "core/kernel.hpp"

namespace kaido {

/// Touches only what carries Kaido's mark, the links named in `desired`, and the rule "0: from all
/// lookup local", which stands aside (at 1500) while desired has that rule.
[[nodiscard]] std::vector<KernelChange> reconcile(const KernelState& desired,
                                                  const KernelState& observed);

}  // namespace kaido
