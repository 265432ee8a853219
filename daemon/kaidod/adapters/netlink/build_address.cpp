#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <span>

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

void put_port(Message& message, std::uint16_t type, std::uint16_t port) {
  if (port == 0) return;
  const fib_rule_port_range range{.start = port, .end = port};
  message.put(type, std::span(reinterpret_cast<const std::uint8_t*>(&range), sizeof(range)));
}

void put_selectors(Message& message, const Rule& rule) {
  if (rule.from) message.put_address(FRA_SRC, rule.from->address());
  if (!rule.iif.empty()) message.put_name(FRA_IIFNAME, rule.iif);
  if (rule.ip_protocol != 0) message.put_u8(FRA_IP_PROTO, rule.ip_protocol);
  put_port(message, FRA_SPORT_RANGE, rule.source_port);
  put_port(message, FRA_DPORT_RANGE, rule.destination_port);
}

Message rule_message(std::uint16_t type, std::uint16_t flags, const Rule& rule) {
  Message message(type, flags);
  auto& header = message.header<fib_rule_hdr>();
  header.family = address_family(rule.family);
  header.action = FR_ACT_TO_TBL;
  header.table = RT_TABLE_UNSPEC;
  if (rule.from) header.src_len = rule.from->length();
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
  put_selectors(message, rule);
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
