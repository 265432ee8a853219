#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/parse.hpp"

namespace kaido::netlink {

std::optional<AddressMessage> parse_address(Bytes payload) {
  const auto header = value_at_start<ifaddrmsg>(payload);
  if (!header || header->ifa_index == 0) return std::nullopt;
  const bool v4 = header->ifa_family == AF_INET;
  if ((!v4 && header->ifa_family != AF_INET6) || header->ifa_prefixlen > (v4 ? 32 : 128))
    return std::nullopt;
  std::optional<IpAddress> local;  // on a point-to-point link IFA_ADDRESS is the peer's
  std::optional<IpAddress> address;
  std::uint32_t flags = header->ifa_flags;
  for_each_attribute(after_header<ifaddrmsg>(payload), [&](const Attribute& attribute) {
    if (attribute.type == IFA_FLAGS) flags = attribute.value_or(flags);
    if (attribute.type != IFA_LOCAL && attribute.type != IFA_ADDRESS) return;
    if (attribute.data.size() != (v4 ? 4U : 16U)) return;
    auto& target = attribute.type == IFA_LOCAL ? local : address;
    target = IpAddress::from_bytes(attribute.data.data(), attribute.data.size());
  });
  if (!local) local = address;
  if (!local) return std::nullopt;
  AddressMessage message;
  message.device = static_cast<int>(header->ifa_index);
  message.address.address = *local;
  message.address.prefix_length = header->ifa_prefixlen;
  message.address.temporary = !v4 && (flags & IFA_F_TEMPORARY) != 0;
  if (address && *address != *local) message.address.peer = address;
  message.address.usable = (flags & (IFA_F_TENTATIVE | IFA_F_DEPRECATED | IFA_F_DADFAILED)) == 0;
  return message;
}

}  // namespace kaido::netlink
