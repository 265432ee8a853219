// A network namespace whose loopback has addresses of one's choice; for the tests and benchmarks of
// the reflector.
#pragma once

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <vector>

#include "kaido/descriptor.hpp"

namespace kaido::reflector {

/// Adds a /128 to the loopback, without looking for duplicates.
inline bool add_loopback_address(const Descriptor& netlink, const in6_addr& address) {
  struct {
    nlmsghdr header;
    ifaddrmsg message;
    rtattr local_head;
    in6_addr local;
  } request{.header = {.nlmsg_len = sizeof(request),
                       .nlmsg_type = RTM_NEWADDR,
                       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE,
                       .nlmsg_seq = 1,
                       .nlmsg_pid = 0},
            .message = {.ifa_family = AF_INET6,
                        .ifa_prefixlen = 128,
                        .ifa_flags = IFA_F_NODAD,
                        .ifa_scope = 0,
                        .ifa_index = 1},
            .local_head = {.rta_len = RTA_LENGTH(sizeof(in6_addr)), .rta_type = IFA_LOCAL},
            .local = address};
  if (send(netlink.get(), &request, sizeof(request), 0) != sizeof(request)) return false;
  struct {
    nlmsghdr header;
    nlmsgerr error;
    char rest[512];
  } answer{};
  return recv(netlink.get(), &answer, sizeof(answer), 0) > 0 &&
         answer.header.nlmsg_type == NLMSG_ERROR && answer.error.error == 0;
}

/// The kernel makes an address deliverable a moment after it has been added: sends to itself until
/// something arrives.
inline bool wait_until_usable(const in6_addr& address) {
  const Descriptor self(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 own{};
  own.sin6_family = AF_INET6;
  own.sin6_addr = address;
  socklen_t size = sizeof(own);
  constexpr int kTries = 1000;
  bool bound = false;
  for (int i = 0; i < kTries; ++i) {
    if (!bound) {
      bound = bind(self.get(), reinterpret_cast<sockaddr*>(&own), sizeof(own)) == 0;
      getsockname(self.get(), reinterpret_cast<sockaddr*>(&own), &size);
    }
    sendto(self.get(), "", 0, 0, reinterpret_cast<sockaddr*>(&own), sizeof(own));
    pollfd waiting{.fd = self.get(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 10) == 1) return true;
  }
  return false;
}

/// For this process and its threads to come; false: it is not allowed here.
inline bool enter_own_namespace(const std::vector<in6_addr>& addresses) {
  if (unshare(CLONE_NEWNET | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0) return false;
  const Descriptor control(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq up{};
  std::strcpy(up.ifr_name, "lo");
  up.ifr_flags = IFF_UP;
  if (ioctl(control.get(), SIOCSIFFLAGS, &up) != 0) return false;
  const Descriptor netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  for (const auto& address : addresses)
    if (!add_loopback_address(netlink, address) || !wait_until_usable(address)) return false;
  return true;
}

}  // namespace kaido::reflector
