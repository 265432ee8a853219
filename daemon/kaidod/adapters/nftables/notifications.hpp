// Reading nf_tables' notifications.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ports/firewall.hpp"

namespace kaido::nftables {

/// Whose tables one datagram of the kernel's concerns. What cannot be understood in full counts as
/// ours: a needless look is cheaper than a missed change.
[[nodiscard]] Firewall::Changed what_changed(std::span<const std::uint8_t> datagram);

}  // namespace kaido::nftables
