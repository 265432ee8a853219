// Reading nf_tables' notifications.
#pragma once

#include <cstdint>

#include "ports/firewall.hpp"
#include "wire/netlink/attributes.hpp"

namespace kaido::nftables {

/// Whose tables a message of the kernel's concerns; `payload`: what follows its nlmsghdr. What
/// cannot be understood in full counts as ours: a needless look is cheaper than a missed change.
[[nodiscard]] Firewall::Changed what_changed(std::uint16_t type, netlink::Bytes payload);

}  // namespace kaido::nftables
