// Reading nf_tables' notifications.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kaido::nftables {

/// Does one datagram of the kernel's concern a table named kaido? True also for what cannot be
/// understood in full: a needless look is cheaper than a missed change.
[[nodiscard]] bool concerns_kaido(std::span<const std::uint8_t> datagram);

}  // namespace kaido::nftables
