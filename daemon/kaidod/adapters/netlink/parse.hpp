// Pure parsers: the payload of one rtnetlink message to a value.
//
// They believe no length and no combination of attributes; nullopt: malformed, or of no interest
// to Kaido. Devices come as indexes, since only a whole dump of links can name them.
#pragma once

#include <optional>
#include <vector>

#include "core/kernel.hpp"
#include "wire/netlink/attributes.hpp"

namespace kaido::netlink {

struct LinkMessage {
  Link link;           ///< without master and without the name of an xfrm link's device
  int master = 0;      ///< index; 0: none
  int underlying = 0;  ///< index of an xfrm link's device; 0: none
};
/// RTM_NEWLINK, RTM_DELLINK.
[[nodiscard]] std::optional<LinkMessage> parse_link(Bytes payload);

struct AddressMessage {
  InterfaceAddress address;  ///< without the device
  int device = 0;
};
/// RTM_NEWADDR, RTM_DELADDR.
[[nodiscard]] std::optional<AddressMessage> parse_address(Bytes payload);

/// RTM_NEWRULE, RTM_DELRULE. nullopt also for a rule that selects by more than a Rule can say
/// (destinations, users, ranges of ports …) or does other than look a table up: to show it as a
/// wider rule would be a lie. Kaido makes no such rule.
[[nodiscard]] std::optional<Rule> parse_rule(Bytes payload);

struct NexthopMessage {
  Nexthop nexthop;  ///< without the device
  int device = 0;   ///< 0: a group or a blackhole
};
/// RTM_NEWNEXTHOP, RTM_DELNEXTHOP.
[[nodiscard]] std::optional<NexthopMessage> parse_nexthop(Bytes payload);

struct RouteMessage {
  Route route;     ///< without the device
  int device = 0;  ///< 0: none, or the nexthop object's
};
/// RTM_NEWROUTE, RTM_DELROUTE: one value per leg of a multipath route. Empty for the cache, and
/// for local, broadcast and multicast routes.
[[nodiscard]] std::vector<RouteMessage> parse_route(Bytes payload);

}  // namespace kaido::netlink
