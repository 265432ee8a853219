#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/parse.hpp"

namespace kaido::netlink {
namespace {

std::optional<IpAddress> address_of(const Attribute& attribute, Family family) {
  if (attribute.data.size() != (family == Family::v4 ? 4U : 16U)) return std::nullopt;
  return IpAddress::from_bytes(attribute.data.data(), attribute.data.size());
}

/// One port; 0: a range of several, which a Rule cannot say.
std::uint16_t port_of(const Attribute& attribute) {
  const auto range = attribute.as<fib_rule_port_range>();
  return range && range->start == range->end ? range->start : std::uint16_t{0};
}

/// "Suppress nothing" is how a kernel may spell the absence of a suppressor.
bool says_nothing(const Attribute& attribute) {
  constexpr std::uint32_t kNothing = 0xffffffff;
  switch (attribute.type) {
    case FRA_UNSPEC:
    case FRA_PAD:
      return true;
    case FRA_SUPPRESS_PREFIXLEN:
    case FRA_SUPPRESS_IFGROUP:
      return attribute.value_or<std::uint32_t>(0) == kNothing;
    default:
      return false;
  }
}

/// Which packets; false: by more than a Rule can say.
bool take_selector(Rule& rule, std::uint8_t source_length, const Attribute& attribute) {
  switch (attribute.type) {
    case FRA_SRC:
      if (const auto from = address_of(attribute, rule.family)) rule.from = {*from, source_length};
      return rule.from.has_value();
    case FRA_IIFNAME:
      rule.iif = attribute.text();
      return true;
    case FRA_IP_PROTO:
      rule.ip_protocol = attribute.value_or<std::uint8_t>(0);
      return true;
    case FRA_SPORT_RANGE:
      rule.source_port = port_of(attribute);
      return rule.source_port != 0;
    case FRA_DPORT_RANGE:
      rule.destination_port = port_of(attribute);
      return rule.destination_port != 0;
    case FRA_FWMARK:
      rule.fwmark = attribute.value_or<std::uint32_t>(0);
      return true;
    case FRA_FWMASK:
      rule.fwmask = attribute.value_or<std::uint32_t>(0);
      return true;
    default:
      return says_nothing(attribute);
  }
}

bool take(Rule& rule, std::uint8_t source_length, const Attribute& attribute) {
  switch (attribute.type) {
    case FRA_PRIORITY:
      rule.priority = attribute.value_or<std::uint32_t>(0);
      return true;
    case FRA_TABLE:
      rule.table = attribute.value_or<std::uint32_t>(0);
      return true;
    case FRA_L3MDEV:
      rule.l3mdev = attribute.value_or<std::uint8_t>(0) != 0;
      return true;
    case FRA_PROTOCOL:
      rule.protocol = attribute.value_or<std::uint8_t>(0);
      return true;
    default:
      return take_selector(rule, source_length, attribute);
  }
}

}  // namespace

std::optional<Rule> parse_rule(Bytes payload) {
  const auto header = value_at_start<fib_rule_hdr>(payload);
  if (!header || (header->family != AF_INET && header->family != AF_INET6)) return std::nullopt;
  if (header->action != FR_ACT_TO_TBL || header->dst_len != 0 || header->tos != 0 ||
      (header->flags & FIB_RULE_INVERT) != 0)
    return std::nullopt;
  Rule rule;
  rule.family = header->family == AF_INET ? Family::v4 : Family::v6;
  rule.table = header->table;
  rule.protocol = 0;
  bool sayable = true;
  for_each_attribute(after_header<fib_rule_hdr>(payload), [&](const Attribute& attribute) {
    sayable = sayable && take(rule, header->src_len, attribute);
  });
  if (!sayable || (header->src_len != 0 && !rule.from)) return std::nullopt;
  return rule;
}

}  // namespace kaido::netlink
