// The difference between what should be and what is, as changes in an order that never leaves
// traffic without a way: make before break, routes before nexthops, links last.
#pragma once

#include <vector>

#include "core/kernel.hpp"

namespace kaido {

/// Touches only what carries Kaido's mark, and
/// - the links named in `desired` (uplinks), and those in a VRF of Kaido's that are not: they
/// leave;
/// - the rule "0: from all lookup local", which stands aside (at 1500) while desired has that rule;
/// - routes in the main table, whoever made them, that leave by an uplink which is in its VRF
///   already: they are deleted, since packets of the LAN would follow them in the clear. Not those
///   that the kernel makes of addresses.
[[nodiscard]] std::vector<KernelChange> difference(const KernelState& desired,
                                                   const KernelState& observed);

}  // namespace kaido
