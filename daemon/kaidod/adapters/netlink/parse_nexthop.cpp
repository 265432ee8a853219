#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/parse.hpp"

namespace kaido::netlink {

std::optional<NexthopMessage> parse_nexthop(Bytes payload) {
  const auto header = value_at_start<nhmsg>(payload);
  if (!header) return std::nullopt;
  NexthopMessage message;
  message.nexthop.family = header->nh_family == AF_INET6 ? Family::v6 : Family::v4;
  message.nexthop.protocol = header->nh_protocol;
  for_each_attribute(after_header<nhmsg>(payload), [&](const Attribute& attribute) {
    if (attribute.type == NHA_ID) message.nexthop.id = attribute.value_or<std::uint32_t>(0);
    if (attribute.type == NHA_OIF) message.device = attribute.value_or<std::int32_t>(0);
  });
  if (message.nexthop.id == 0) return std::nullopt;
  return message;
}

}  // namespace kaido::netlink
