#include "adapters/nftables/notifications.hpp"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "adapters/nftables/nf_tables.hpp"

namespace kaido::nftables {
namespace {

constexpr std::string_view kTable = "kaido";

// The table's name is attribute 1 of every kind of message.
static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 && NFTA_RULE_TABLE == 1 &&
              NFTA_SET_TABLE == 1 && NFTA_SET_ELEM_LIST_TABLE == 1 && NFTA_OBJ_TABLE == 1 &&
              NFTA_FLOWTABLE_TABLE == 1);

bool names_kaido(const nlmsghdr& message) {
  if (NFNL_SUBSYS_ID(message.nlmsg_type) != NFNL_SUBSYS_NFTABLES) return false;
  if (NFNL_MSG_TYPE(message.nlmsg_type) == NFT_MSG_NEWGEN) return false;  // names no table
  if (message.nlmsg_len < MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(nfgenmsg))) return true;
  const auto* attribute =
      static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, sizeof(nfgenmsg)));
  const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(&message));
  for (; mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)));
       attribute = mnl_attr_next(attribute)) {
    if (mnl_attr_get_type(attribute) != NFTA_TABLE_NAME) continue;
    const auto* text = static_cast<const char*>(mnl_attr_get_payload(attribute));
    const std::size_t room = mnl_attr_get_payload_len(attribute);
    return std::string_view(text, strnlen(text, room)) == kTable;
  }
  return true;
}

int open_socket() {
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
  if (fd < 0) return -1;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  const int group = NFNLGRP_NFTABLES;
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) == 0)
    return fd;
  close(fd);
  return -1;
}

}  // namespace

Firewall::Changed what_changed(std::span<const std::uint8_t> datagram) {
  Firewall::Changed changed;
  const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
  int left = static_cast<int>(datagram.size());
  while (mnl_nlmsg_ok(message, left)) {
    // A length past INT_MAX is fine to libmnl.
    if (message->nlmsg_len > static_cast<unsigned>(left)) return {.ours = true, .others = true};
    if (names_kaido(*message))
      changed.ours = true;
    else
      changed.others |= NFNL_MSG_TYPE(message->nlmsg_type) != NFT_MSG_NEWGEN;
    message = mnl_nlmsg_next(message, &left);
  }
  return changed;
}

NfTables::~NfTables() {
  if (notifications_ >= 0) close(notifications_);
}

int NfTables::notification_fd() {
  if (notifications_ < 0) notifications_ = open_socket();
  return notifications_;
}

Firewall::Changed NfTables::drain_notifications() {
  if (notification_fd() < 0) return {};
  Changed changed;
  alignas(nlmsghdr) std::array<std::uint8_t, 32768> buffer;
  while (true) {
    sockaddr_nl from{};
    socklen_t from_size = sizeof(from);
    const auto size = recvfrom(notifications_, buffer.data(), buffer.size(), MSG_TRUNC,
                               reinterpret_cast<sockaddr*>(&from), &from_size);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == ENOBUFS) {  // some were lost
      changed = {.ours = true, .others = true};
      continue;
    }
    if (size <= 0) return changed;
    if (from.nl_pid != 0) continue;  // not the kernel
    const auto length = static_cast<std::size_t>(size);
    const auto told = length > buffer.size() ? Changed{.ours = true, .others = true}
                                             : what_changed({buffer.data(), length});
    changed.ours |= told.ours;
    changed.others |= told.others;
  }
}

}  // namespace kaido::nftables
