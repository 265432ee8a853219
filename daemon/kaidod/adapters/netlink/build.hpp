// Pure builders: a change to the rtnetlink request that carries it out. Devices are indexes here.
#pragma once

#include "core/kernel.hpp"
#include "wire/netlink/message.hpp"

namespace kaido::netlink {

/// RTM_NEWLINK for a link of a kind that Kaido makes: name, kind and MTU, down. The kernel takes
/// no alias at creation, so a RTM_SETLINK (update_link) has to follow.
[[nodiscard]] Message create_link(const Link& link, int underlying);
/// RTM_SETLINK by name: alias (unless empty), MTU (unless 0), master (0: none) and up or down.
[[nodiscard]] Message update_link(const Link& link, int master);
/// RTM_SETLINK by name: the alias alone.
[[nodiscard]] Message mark_link(const Link& link);
[[nodiscard]] Message delete_link(const std::string& name);
/// RTM_GETLINK by name, without statistics.
[[nodiscard]] Message get_link(const std::string& name);

[[nodiscard]] Message add_address(const InterfaceAddress& address, int device);
[[nodiscard]] Message delete_address(const InterfaceAddress& address, int device);
[[nodiscard]] Message add_rule(const Rule& rule);
[[nodiscard]] Message delete_rule(const Rule& rule);
[[nodiscard]] Message replace_nexthop(const Nexthop& nexthop, int device);
[[nodiscard]] Message delete_nexthop(std::uint32_t id);
/// An IPv6 metric of 0 becomes 1024, as the kernel has it.
[[nodiscard]] Message replace_route(const Route& route, int device);
/// `device` (0: any): routes of others may differ by it alone.
[[nodiscard]] Message delete_route(const Route& route, int device);

// Dumps.
[[nodiscard]] Message dump_links();
[[nodiscard]] Message dump_addresses();
[[nodiscard]] Message dump_rules(Family family);
[[nodiscard]] Message dump_nexthops();
/// Filtered by the kernel: by protocol (0: any) and outgoing device (0: any).
[[nodiscard]] Message dump_routes(Family family, std::uint8_t protocol, int device);

}  // namespace kaido::netlink
