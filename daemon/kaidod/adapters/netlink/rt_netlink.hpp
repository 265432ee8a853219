// The kernel's links, addresses, rules, nexthops and routes over rtnetlink.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "ports/network_stack.hpp"
#include "wire/netlink/socket.hpp"

namespace kaido::netlink {

/// Owns two sockets, one for changes and one for notifications; each is opened at its first use, in
/// the network namespace that the calling thread is in then, and again after a failure. A read has
/// a socket of its own. Synchronous. A request that is not answered within 5 s is
/// kernel_unreachable.
///
/// Deleting a WireGuard link waits about 18 ms for each of its peers (10,000: 180 s): remove the
/// peers through WireGuardControl first.
///
/// A device that is enslaved to a VRF goes down and up again: the kernel deletes its routes,
/// nexthop objects and, unless net.ipv6.conf.DEVICE.keep_addr_on_down is set, IPv6 addresses.
class RtNetlink final : public NetworkStack {
 public:
  /// A sysctl of the scope that does not exist is left out; so is an uplink that is absent.
  Result<KernelState> read(const ReadScope& scope) override;
  std::vector<ChangeFailure> apply(std::span<const KernelChange> changes) override;
  int notification_fd() override;
  bool drain_notifications() override;

 private:
  Outcome<Socket*> requests();  ///< opens it if need be
  std::optional<Socket> requests_;
  std::optional<Socket> notifications_;
  std::mutex uplinks_mutex_;
  std::vector<int> uplinks_;  ///< indexes of the last read's scope
};

}  // namespace kaido::netlink
