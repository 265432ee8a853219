// The socket of NfTables' notifications.
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "adapters/nftables/nf_tables.hpp"

namespace kaido::nftables {
namespace {

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

NfTables::~NfTables() {
  if (notifications_ >= 0) close(notifications_);
}

int NfTables::notification_fd() {
  if (notifications_ < 0) notifications_ = open_socket();
  return notifications_;
}

Firewall::Changed NfTables::drain_notifications() {
  if (notification_fd() < 0 || !notifications_) return {};
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
                                             : transactions_.read({buffer.data(), length});
    changed.ours |= told.ours;
    changed.others |= told.others;
  }
}

}  // namespace kaido::nftables
