// Reading the kernel's state: the dumps, and devices' names in place of their indexes.
#pragma once

#include "ports/network_stack.hpp"
#include "wire/netlink/socket.hpp"

namespace kaido::netlink {

[[nodiscard]] Outcome<KernelState> read_state(Socket& socket, const ReadScope& scope);

/// Whether a notification is about something that NetworkStack::read shows: see there. `uplinks`:
/// the indexes of the scope's uplink devices.
[[nodiscard]] bool is_relevant(std::uint16_t type, Bytes payload, const std::vector<int>& uplinks);

}  // namespace kaido::netlink
