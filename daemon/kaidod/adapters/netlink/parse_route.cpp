#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/parse.hpp"

namespace kaido::netlink {
namespace {

std::optional<RouteType> type_of(const rtmsg& header) {
  switch (header.rtm_type) {
    case RTN_UNICAST:
      return RouteType::unicast;
    case RTN_UNREACHABLE:
      return RouteType::unreachable;
    case RTN_BLACKHOLE:
      return RouteType::blackhole;
    case RTN_LOCAL:
      return RouteType::local;
    default:
      return std::nullopt;
  }
}

std::optional<IpAddress> address_of(const Attribute& attribute, Family family) {
  if (attribute.data.size() != (family == Family::v4 ? 4U : 16U)) return std::nullopt;
  return IpAddress::from_bytes(attribute.data.data(), attribute.data.size());
}

// RTA_VIA: a gateway of another family than the route's (RFC 8950 §3).
std::optional<IpAddress> via_of(const Attribute& attribute) {
  const auto family = attribute.as<std::uint16_t>();
  if (!family) return std::nullopt;
  const auto bytes = attribute.data.subspan(sizeof(*family));
  if (bytes.size() != (*family == AF_INET ? 4U : 16U)) return std::nullopt;
  return IpAddress::from_bytes(bytes.data(), bytes.size());
}

void set_metrics(Route& route, Bytes bytes) {
  for_each_attribute(bytes, [&](const Attribute& attribute) {
    const auto value = attribute.value_or<std::uint32_t>(0);
    if (attribute.type == RTAX_MTU) route.mtu = value;
    if (attribute.type == RTAX_LOCK) route.mtu_locked = (value & (1U << RTAX_MTU)) != 0;
  });
}

void set_gateway(RouteMessage& message, const Attribute& attribute) {
  if (attribute.type == RTA_GATEWAY)
    message.route.gateway = address_of(attribute, message.route.destination.family());
  if (attribute.type == RTA_VIA) message.route.gateway = via_of(attribute);
}

std::vector<RouteMessage> legs(const RouteMessage& common, Bytes bytes) {
  std::vector<RouteMessage> result;
  while (const auto hop = value_at_start<rtnexthop>(bytes)) {
    if (hop->rtnh_len < sizeof(rtnexthop) || hop->rtnh_len > bytes.size()) break;
    auto leg = common;
    leg.device = hop->rtnh_ifindex;
    leg.route.onlink = (hop->rtnh_flags & RTNH_F_ONLINK) != 0;
    for_each_attribute(bytes.first(hop->rtnh_len).subspan(sizeof(rtnexthop)),
                       [&](const Attribute& attribute) { set_gateway(leg, attribute); });
    result.push_back(std::move(leg));
    const std::size_t step = NLA_ALIGN(std::size_t{hop->rtnh_len});
    if (step >= bytes.size()) break;
    bytes = bytes.subspan(step);
  }
  return result;
}

struct Parts {
  RouteMessage message;
  std::optional<IpAddress> destination;
  Bytes multipath;
};

void take(Parts& parts, const Attribute& attribute, Family family) {
  auto& route = parts.message.route;
  switch (attribute.type) {
    case RTA_DST:
      parts.destination = address_of(attribute, family);
      break;
    case RTA_TABLE:
      route.table = attribute.value_or(route.table);
      break;
    case RTA_PRIORITY:
      route.metric = attribute.value_or<std::uint32_t>(0);
      break;
    case RTA_OIF:
      parts.message.device = attribute.value_or<std::int32_t>(0);
      break;
    case RTA_NH_ID:
      route.nexthop = attribute.value_or<std::uint32_t>(0);
      break;
    case RTA_PREFSRC:
      route.source = address_of(attribute, family);
      break;
    case RTA_METRICS:
      set_metrics(route, attribute.data);
      break;
    case RTA_MULTIPATH:
      parts.multipath = attribute.data;
      break;
    default:
      set_gateway(parts.message, attribute);
      break;
  }
}

}  // namespace

std::vector<RouteMessage> parse_route(Bytes payload) {
  const auto header = value_at_start<rtmsg>(payload);
  if (!header || (header->rtm_flags & RTM_F_CLONED) != 0) return {};
  const auto type = type_of(*header);
  // The kernel's own local routes follow from addresses and are not read; Kaido's spare ones are.
  if (type == RouteType::local && header->rtm_protocol != kRouteProtocol) return {};
  if (!type || (header->rtm_family != AF_INET && header->rtm_family != AF_INET6)) return {};
  const auto family = header->rtm_family == AF_INET ? Family::v4 : Family::v6;
  Parts parts;
  auto& route = parts.message.route;
  route.type = *type;
  route.table = header->rtm_table;
  route.protocol = header->rtm_protocol;
  route.onlink = (header->rtm_flags & RTNH_F_ONLINK) != 0;
  route.destination = Prefix(IpAddress(family, {}), 0);  // set_gateway asks for the family
  for_each_attribute(after_header<rtmsg>(payload),
                     [&](const Attribute& attribute) { take(parts, attribute, family); });
  if (!parts.destination && header->rtm_dst_len != 0) return {};
  if (parts.destination) route.destination = Prefix(*parts.destination, header->rtm_dst_len);
  if (route.destination.address().is_multicast()) return {};
  // With a nexthop object the kernel may repeat what the object says; IPv6 shows "lo" as the
  // device of an unreachable route. Neither was written.
  if (route.nexthop != 0 || route.type == RouteType::unreachable ||
      route.type == RouteType::blackhole) {
    parts.message.device = 0;
    route.gateway.reset();
    route.onlink = false;
  } else if (!parts.multipath.empty()) {
    return legs(parts.message, parts.multipath);
  }
  return {parts.message};
}

}  // namespace kaido::netlink
