#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/build.hpp"

namespace kaido::netlink {
namespace {

std::uint8_t address_family(Family family) { return family == Family::v4 ? AF_INET : AF_INET6; }

Message address_message(std::uint16_t type, std::uint16_t flags, const InterfaceAddress& address,
                        int device) {
  Message message(type, flags);
  auto& header = message.header<ifaddrmsg>();
  header.ifa_family = address_family(address.address.family());
  header.ifa_prefixlen = address.prefix_length;
  header.ifa_index = static_cast<std::uint32_t>(device);
  message.put_address(IFA_LOCAL, address.address);
  message.put_address(IFA_ADDRESS, address.address);
  return message;
}

Message rule_message(std::uint16_t type, std::uint16_t flags, const Rule& rule) {
  Message message(type, flags);
  auto& header = message.header<fib_rule_hdr>();
  header.family = address_family(rule.family);
  header.action = FR_ACT_TO_TBL;
  header.table = RT_TABLE_UNSPEC;
  message.put_u32(FRA_PRIORITY, rule.priority);
  message.put_u8(FRA_PROTOCOL, rule.protocol);
  if (rule.l3mdev) {
    message.put_u8(FRA_L3MDEV, 1);
  } else {
    message.put_u32(FRA_TABLE, rule.table);
  }
  if (rule.fwmask != 0) {
    message.put_u32(FRA_FWMARK, rule.fwmark);
    message.put_u32(FRA_FWMASK, rule.fwmask);
  }
  return message;
}

}  // namespace

Message add_address(const InterfaceAddress& address, int device) {
  auto message = address_message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address, device);
  // Kaido's addresses are unique by construction: no second of waiting for a duplicate.
  if (!address.address.is_v4()) message.put_u32(IFA_FLAGS, IFA_F_NODAD);
  return message;
}

Message delete_address(const InterfaceAddress& address, int device) {
  return address_message(RTM_DELADDR, 0, address, device);
}

Message add_rule(const Rule& rule) {
  return rule_message(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
}

Message delete_rule(const Rule& rule) { return rule_message(RTM_DELRULE, 0, rule); }

Message dump_addresses() {
  Message message(RTM_GETADDR, 0);
  message.header<ifaddrmsg>();
  return message;
}

Message dump_rules(Family family) {
  Message message(RTM_GETRULE, 0);
  message.header<fib_rule_hdr>().family = address_family(family);
  return message;
}

}  // namespace kaido::netlink
