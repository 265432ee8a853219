#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "adapters/netlink/build.hpp"

namespace kaido::netlink {
namespace {

// What the kernel makes of an IPv6 route without a metric (IP6_RT_PRIO_USER).
constexpr std::uint32_t kDefaultIpv6Metric = 1024;

std::uint8_t address_family(Family family) { return family == Family::v4 ? AF_INET : AF_INET6; }

std::uint8_t kernel_type(RouteType type) {
  switch (type) {
    case RouteType::unicast:
      return RTN_UNICAST;
    case RouteType::unreachable:
      return RTN_UNREACHABLE;
    case RouteType::blackhole:
      return RTN_BLACKHOLE;
    case RouteType::local:
      return RTN_LOCAL;
  }
  __builtin_unreachable();
}

std::uint32_t kernel_metric(const Route& route) {
  if (route.metric == 0 && route.destination.family() == Family::v6) return kDefaultIpv6Metric;
  return route.metric;
}

// The identity of the route: destination, table, metric, type, and whose it is.
void put_identity(Message& message, const Route& route) {
  auto& header = message.header<rtmsg>();
  header.rtm_family = address_family(route.destination.family());
  header.rtm_dst_len = route.destination.length();
  // The table's number fits the header up to 255; RTA_TABLE always holds it.
  header.rtm_table = static_cast<std::uint8_t>(route.table < 256 ? route.table : 0);
  header.rtm_protocol = route.protocol;
  header.rtm_type = kernel_type(route.type);
  if (route.destination.length() != 0) message.put_address(RTA_DST, route.destination.address());
  message.put_u32(RTA_TABLE, route.table);
  message.put_u32(RTA_PRIORITY, kernel_metric(route));
}

void put_metrics(Message& message, const Route& route) {
  if (route.mtu == 0) return;
  auto* metrics = message.begin(RTA_METRICS);
  if (route.mtu_locked) message.put_u32(RTAX_LOCK, 1U << RTAX_MTU);
  message.put_u32(RTAX_MTU, route.mtu);
  message.end(metrics);
}

void put_gateway(Message& message, const Route& route) {
  if (!route.gateway) return;
  if (route.gateway->family() == route.destination.family()) {
    message.put_address(RTA_GATEWAY, *route.gateway);
    return;
  }
  // An IPv4 route by an IPv6 gateway (RFC 8950 §3).
  std::array<std::uint8_t, sizeof(std::uint16_t) + 16> via{};
  const std::uint16_t family = address_family(route.gateway->family());
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&family), sizeof(family), via.begin());
  std::copy_n(route.gateway->bytes().begin(), 16, via.begin() + sizeof(family));
  message.put(RTA_VIA, std::span(via).first(sizeof(family) + route.gateway->size()));
}

rtmsg& header_of(Message& message) {
  return *static_cast<rtmsg*>(mnl_nlmsg_get_payload(message.head()));
}

}  // namespace

Message replace_nexthop(const Nexthop& nexthop, int device) {
  Message message(RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE);
  auto& header = message.header<nhmsg>();
  header.nh_family = address_family(nexthop.family);
  header.nh_protocol = nexthop.protocol;
  message.put_u32(NHA_ID, nexthop.id);
  message.put_u32(NHA_OIF, static_cast<std::uint32_t>(device));
  return message;
}

Message delete_nexthop(std::uint32_t id) {
  Message message(RTM_DELNEXTHOP, 0);
  message.header<nhmsg>();
  message.put_u32(NHA_ID, id);
  return message;
}

Message replace_route(const Route& route, int device) {
  Message message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
  put_identity(message, route);
  const bool direct = route.type == RouteType::unicast && !route.gateway && route.nexthop == 0;
  if (direct && route.destination.family() == Family::v4)
    header_of(message).rtm_scope = RT_SCOPE_LINK;
  if (route.type == RouteType::local && route.destination.family() == Family::v4)
    header_of(message).rtm_scope = RT_SCOPE_HOST;
  if (route.onlink) header_of(message).rtm_flags |= RTNH_F_ONLINK;
  if (route.nexthop != 0) message.put_u32(RTA_NH_ID, route.nexthop);
  if (device != 0) message.put_u32(RTA_OIF, static_cast<std::uint32_t>(device));
  put_gateway(message, route);
  if (route.source) message.put_address(RTA_PREFSRC, *route.source);
  put_metrics(message, route);
  return message;
}

Message delete_route(const Route& route, int device) {
  Message message(RTM_DELROUTE, 0);
  put_identity(message, route);
  if (device != 0) message.put_u32(RTA_OIF, static_cast<std::uint32_t>(device));
  if (route.destination.family() == Family::v4) header_of(message).rtm_scope = RT_SCOPE_NOWHERE;
  return message;
}

Message dump_nexthops() {
  Message message(RTM_GETNEXTHOP, 0);
  message.header<nhmsg>();
  return message;
}

Message dump_routes(Family family, std::uint8_t protocol, int device) {
  Message message(RTM_GETROUTE, 0);
  auto& header = message.header<rtmsg>();
  header.rtm_family = address_family(family);
  header.rtm_protocol = protocol;
  if (device != 0) message.put_u32(RTA_OIF, static_cast<std::uint32_t>(device));
  return message;
}

}  // namespace kaido::netlink
