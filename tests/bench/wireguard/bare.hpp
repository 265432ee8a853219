// The yardstick: 10,000 peers given to the kernel by the plainest netlink code one can write.
#pragma once

#include <string>

#include "core/wireguard.hpp"

namespace kaido::bench {

/// Seconds spent in sending ready-made messages and waiting for their acknowledgements; negative:
/// it failed. The private key goes last.
[[nodiscard]] double load_bare(const WireGuardDevice& device);

}  // namespace kaido::bench
