#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/parse.hpp"

namespace kaido::netlink {
namespace {

// Attributes that every rule carries, or that a Rule can say.
bool is_sayable(std::uint16_t type) {
  switch (type) {
    case FRA_UNSPEC:
    case FRA_PRIORITY:
    case FRA_FWMARK:
    case FRA_FWMASK:
    case FRA_TABLE:
    case FRA_PAD:
    case FRA_L3MDEV:
    case FRA_PROTOCOL:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<Rule> parse_rule(Bytes payload) {
  const auto header = value_at_start<fib_rule_hdr>(payload);
  if (!header || (header->family != AF_INET && header->family != AF_INET6)) return std::nullopt;
  if (header->action != FR_ACT_TO_TBL || header->dst_len != 0 || header->src_len != 0 ||
      header->tos != 0 || (header->flags & FIB_RULE_INVERT) != 0)
    return std::nullopt;
  Rule rule;
  rule.family = header->family == AF_INET ? Family::v4 : Family::v6;
  rule.table = header->table;
  rule.protocol = 0;
  bool sayable = true;
  for_each_attribute(after_header<fib_rule_hdr>(payload), [&](const Attribute& attribute) {
    const auto number = attribute.value_or<std::uint32_t>(0);
    switch (attribute.type) {
      case FRA_PRIORITY:
        rule.priority = number;
        break;
      case FRA_FWMARK:
        rule.fwmark = number;
        break;
      case FRA_FWMASK:
        rule.fwmask = number;
        break;
      case FRA_TABLE:
        rule.table = number;
        break;
      case FRA_L3MDEV:
        rule.l3mdev = attribute.value_or<std::uint8_t>(0) != 0;
        break;
      case FRA_PROTOCOL:
        rule.protocol = attribute.value_or<std::uint8_t>(0);
        break;
      default:
        // "Suppress nothing" is how a kernel may spell the absence of a suppressor.
        sayable =
            sayable && (is_sayable(attribute.type) || ((attribute.type == FRA_SUPPRESS_PREFIXLEN ||
                                                        attribute.type == FRA_SUPPRESS_IFGROUP) &&
                                                       number == 0xffffffffU));
        break;
    }
  });
  if (!sayable) return std::nullopt;
  return rule;
}

}  // namespace kaido::netlink
