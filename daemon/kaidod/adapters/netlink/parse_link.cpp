#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "adapters/netlink/parse.hpp"

namespace kaido::netlink {
namespace {

struct LinkInfo {
  std::string kind;
  Bytes data;
};

LinkInfo parse_info(Bytes bytes) {
  LinkInfo info;
  for_each_attribute(bytes, [&](const Attribute& attribute) {
    if (attribute.type == IFLA_INFO_KIND) info.kind = attribute.text();
    if (attribute.type == IFLA_INFO_DATA) info.data = attribute.data;
  });
  return info;
}

std::uint32_t find_u32(Bytes bytes, std::uint16_t type) {
  std::uint32_t value = 0;
  for_each_attribute(bytes, [&](const Attribute& attribute) {
    if (attribute.type == type) value = attribute.value_or<std::uint32_t>(0);
  });
  return value;
}

std::string mac_text(Bytes bytes) {
  constexpr std::size_t kOctets = 6;
  return bytes.size() == kOctets ? fmt::format("{:02x}", fmt::join(bytes, ":")) : std::string();
}

void set_kind(LinkMessage& message, const LinkInfo& info) {
  if (info.kind == "vrf") {
    message.link.kind = VrfLink{find_u32(info.data, IFLA_VRF_TABLE)};
  } else if (info.kind == "xfrm") {
    message.link.kind = XfrmLink{find_u32(info.data, IFLA_XFRM_IF_ID), {}};
    message.underlying = static_cast<int>(find_u32(info.data, IFLA_XFRM_LINK));
  } else if (info.kind == "wireguard") {
    message.link.kind = WireGuardLink{};
  } else if (info.kind == "dummy") {
    message.link.kind = DummyLink{};
  }
}

}  // namespace

std::optional<LinkMessage> parse_link(Bytes payload) {
  const auto header = value_at_start<ifinfomsg>(payload);
  if (!header || header->ifi_family != AF_UNSPEC || header->ifi_index <= 0) return std::nullopt;
  LinkMessage message;
  message.link.index = header->ifi_index;
  message.link.up = (header->ifi_flags & IFF_UP) != 0;
  message.link.point_to_point = (header->ifi_flags & IFF_POINTOPOINT) != 0;
  message.link.running = (header->ifi_flags & IFF_LOWER_UP) != 0;
  for_each_attribute(after_header<ifinfomsg>(payload), [&](const Attribute& attribute) {
    switch (attribute.type) {
      case IFLA_IFNAME:
        message.link.name = attribute.text();
        break;
      case IFLA_IFALIAS:
        message.link.alias = attribute.text();
        break;
      case IFLA_MTU:
        message.link.mtu = attribute.value_or<std::uint32_t>(0);
        break;
      case IFLA_ADDRESS:
        if (header->ifi_type == ARPHRD_ETHER) message.link.mac = mac_text(attribute.data);
        break;
      case IFLA_MASTER:
        message.master = attribute.value_or<std::int32_t>(0);
        break;
      case IFLA_LINKINFO:
        set_kind(message, parse_info(attribute.data));
        break;
      default:
        break;
    }
  });
  if (message.link.name.empty()) return std::nullopt;
  return message;
}

}  // namespace kaido::netlink
