#include "adapters/netlink/rt_netlink.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>

#include "adapters/netlink/rt_apply.hpp"
#include "adapters/netlink/rt_read.hpp"

namespace kaido::netlink {
namespace {

constexpr unsigned kGroups[] = {RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                                RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,  RTNLGRP_IPV4_RULE,
                                RTNLGRP_IPV6_RULE,  RTNLGRP_NEXTHOP};

/// Nothing else follows from what was written: no other state of a device, no route of the
/// kernel's.
bool says_no_more(std::uint16_t type) {
  return type == RTM_NEWROUTE || type == RTM_DELROUTE || type == RTM_NEWNEXTHOP ||
         type == RTM_DELNEXTHOP || type == RTM_NEWRULE || type == RTM_DELRULE;
}

}  // namespace

Outcome<Socket*> RtNetlink::requests() {
  if (requests_) return &*requests_;
  auto socket = Socket::open(NETLINK_ROUTE);
  if (!socket) return std::unexpected(socket.error());
  return &requests_.emplace(std::move(*socket));
}

Result<KernelState> RtNetlink::read(const ReadScope& scope) {
  auto socket = Socket::open(NETLINK_ROUTE);
  if (!socket) return std::unexpected(socket.error().to_error("open rtnetlink"));
  auto state = read_state(*socket, scope);
  if (!state) return std::unexpected(state.error().to_error("read the network's state"));
  std::vector<int> uplinks;
  for (const auto& link : state->links)
    if (std::ranges::find(scope.uplink_devices, link.name) != scope.uplink_devices.end())
      uplinks.push_back(link.index);
  const std::lock_guard lock(uplinks_mutex_);
  uplinks_ = std::move(uplinks);
  return std::move(*state);
}

std::vector<ChangeFailure> RtNetlink::apply(std::span<const KernelChange> changes) {
  if (changes.empty()) return {};
  const auto socket = requests();
  if (socket) return apply_changes(**socket, changes);
  std::vector<ChangeFailure> failures;
  failures.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i)
    failures.push_back({i, socket.error().to_error(describe(changes[i]))});
  return failures;
}

int RtNetlink::notification_fd() {
  if (notifications_) return notifications_->fd();
  auto socket = Socket::open(NETLINK_ROUTE);
  if (!socket || !socket->join(kGroups)) return -1;
  notifications_ = std::move(*socket);
  return notifications_->fd();
}

bool RtNetlink::drain_notifications() {
  if (!notifications_) return false;
  bool relevant = false;
  const std::lock_guard lock(uplinks_mutex_);
  const auto own = requests_ ? requests_->port() : 0;
  while (true) {
    const auto received = notifications_->receive_notification(
        [&](std::uint16_t type, std::uint32_t requester, Bytes payload) {
          if (requester != 0 && requester == own && says_no_more(type)) return;
          relevant = relevant || is_relevant(type, payload, uplinks_);
        });
    if (received && !*received) return relevant;
    if (received) continue;
    relevant = true;  // some were lost: anything may have changed
    if (received.error().code != ENOBUFS) return relevant;
  }
}

}  // namespace kaido::netlink
