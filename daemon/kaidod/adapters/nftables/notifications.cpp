#include "adapters/nftables/notifications.hpp"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <cerrno>
#include <optional>
#include <span>
#include <string_view>

#include "adapters/nftables/nf_tables.hpp"

namespace kaido::nftables {
namespace {

constexpr std::string_view kTable = "kaido";

// The table's name is attribute 1 of every kind of message.
static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 && NFTA_RULE_TABLE == 1 &&
              NFTA_SET_TABLE == 1 && NFTA_SET_ELEM_LIST_TABLE == 1 && NFTA_OBJ_TABLE == 1 &&
              NFTA_FLOWTABLE_TABLE == 1);

bool names_kaido(std::uint16_t type, netlink::Bytes payload) {
  if (NFNL_SUBSYS_ID(type) != NFNL_SUBSYS_NFTABLES) return false;
  if (NFNL_MSG_TYPE(type) == NFT_MSG_NEWGEN) return false;  // names no table
  std::optional<bool> ours;
  netlink::for_each_attribute(netlink::after_header<nfgenmsg>(payload),
                              [&](const netlink::Attribute& attribute) {
                                if (attribute.type == NFTA_TABLE_NAME && !ours)
                                  ours = attribute.text() == kTable;
                              });
  return ours.value_or(true);
}

}  // namespace

Firewall::Changed what_changed(std::uint16_t type, netlink::Bytes payload) {
  if (names_kaido(type, payload)) return {.ours = true};
  return {.others = NFNL_MSG_TYPE(type) != NFT_MSG_NEWGEN};
}

int NfTables::notification_fd() {
  if (notifications_) return notifications_->fd();
  constexpr unsigned kGroup = NFNLGRP_NFTABLES;
  auto socket = netlink::Socket::open(NETLINK_NETFILTER);
  if (!socket || !socket->join({&kGroup, 1})) return -1;
  return notifications_.emplace(std::move(*socket)).fd();
}

Firewall::Changed NfTables::drain_notifications() {
  if (notification_fd() < 0) return {};
  Changed changed;
  while (true) {
    const auto received =
        notifications_->receive_notification([&](std::uint16_t type, netlink::Bytes payload) {
          const auto one = what_changed(type, payload);
          changed.ours |= one.ours;
          changed.others |= one.others;
        });
    if (received && !*received) return changed;
    if (received) continue;
    if (received.error().code != ENOBUFS) return changed;
    changed = {.ours = true, .others = true};  // some were lost
  }
}

}  // namespace kaido::nftables
