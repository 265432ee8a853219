#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "adapters/netlink/build.hpp"

namespace kaido::netlink {
namespace {

const char* kind_name(const LinkKind& kind) {
  struct {
    const char* operator()(const OtherLink&) const { return ""; }
    const char* operator()(const VrfLink&) const { return "vrf"; }
    const char* operator()(const XfrmLink&) const { return "xfrm"; }
    const char* operator()(const WireGuardLink&) const { return "wireguard"; }
    const char* operator()(const DummyLink&) const { return "dummy"; }
  } visitor;
  return std::visit(visitor, kind);
}

void put_kind(Message& message, const LinkKind& kind, int underlying) {
  auto* info = message.begin(IFLA_LINKINFO);
  message.put_name(IFLA_INFO_KIND, kind_name(kind));
  if (const auto* vrf = std::get_if<VrfLink>(&kind)) {
    auto* data = message.begin(IFLA_INFO_DATA);
    message.put_u32(IFLA_VRF_TABLE, vrf->table);
    message.end(data);
  } else if (const auto* xfrm = std::get_if<XfrmLink>(&kind)) {
    auto* data = message.begin(IFLA_INFO_DATA);
    message.put_u32(IFLA_XFRM_IF_ID, xfrm->if_id);
    if (underlying != 0) message.put_u32(IFLA_XFRM_LINK, static_cast<std::uint32_t>(underlying));
    message.end(data);
  }
  message.end(info);
}

void put_alias(Message& message, const std::string& alias) {
  if (alias.empty()) return;  // the kernel would remove the alias that there is
  message.put(IFLA_IFALIAS,
              std::span(reinterpret_cast<const std::uint8_t*>(alias.data()), alias.size()));
}

}  // namespace

Message create_link(const Link& link, int underlying) {
  Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  message.header<ifinfomsg>();
  message.put_name(IFLA_IFNAME, link.name);
  if (link.mtu != 0) message.put_u32(IFLA_MTU, link.mtu);
  put_kind(message, link.kind, underlying);
  return message;
}

Message update_link(const Link& link, int master) {
  Message message(RTM_SETLINK, 0);
  auto& header = message.header<ifinfomsg>();
  header.ifi_change = IFF_UP;
  header.ifi_flags = link.up ? IFF_UP : 0;
  message.put_name(IFLA_IFNAME, link.name);
  put_alias(message, link.alias);
  if (link.mtu != 0) message.put_u32(IFLA_MTU, link.mtu);
  message.put_u32(IFLA_MASTER, static_cast<std::uint32_t>(master));
  return message;
}

Message mark_link(const Link& link) {
  Message message(RTM_SETLINK, 0);
  message.header<ifinfomsg>();
  message.put_name(IFLA_IFNAME, link.name);
  put_alias(message, link.alias);
  return message;
}

Message delete_link(const std::string& name) {
  Message message(RTM_DELLINK, 0);
  message.header<ifinfomsg>();
  message.put_name(IFLA_IFNAME, name);
  return message;
}

Message get_link(const std::string& name) {
  Message message(RTM_GETLINK, 0);
  message.header<ifinfomsg>();
  message.put_name(IFLA_IFNAME, name);
  message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return message;
}

Message dump_links() {
  Message message(RTM_GETLINK, 0);
  message.header<ifinfomsg>();
  message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return message;
}

}  // namespace kaido::netlink
