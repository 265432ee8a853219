// Applying changes: batches of requests, cut where a change has to see the result of another.
#pragma once

#include <span>
#include <vector>

#include "ports/network_stack.hpp"
#include "wire/netlink/socket.hpp"

namespace kaido::netlink {

[[nodiscard]] std::vector<ChangeFailure> apply_changes(Socket& socket,
                                                       std::span<const KernelChange> changes);

}  // namespace kaido::netlink
