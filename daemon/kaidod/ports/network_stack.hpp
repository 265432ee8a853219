// The port to the kernel's links, addresses, rules, nexthops, routes and network settings.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/kernel.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// What to read besides all links, addresses, rules and nexthop objects.
struct ReadScope {
  /// Routes of any protocol that leave by one of these devices are read too.
  std::vector<std::string> uplink_devices;
  /// Routes of any protocol and table whose prefix contains one of these are read too.
  std::vector<IpAddress> towards;
  /// Values of these files under /proc/sys/net are read too.
  std::vector<std::string> sysctl_paths;
  /// A dump that the kernel marks as interrupted is taken as it is: what changes at this moment may
  /// be missing, and come twice. For who proves it by another read.
  bool while_it_changes = false;
};

struct ChangeFailure {
  std::size_t index;  ///< into the span given to apply
  Error error;        ///< kernel_refused, permission_denied …, with the kernel's own words
};

/// Synchronous; one thread, but for read(). A netlink answer that does not come within 5 s is
/// kernel_unreachable.
class NetworkStack {
 public:
  virtual ~NetworkStack() = default;

  /// Routes with Kaido's protocol number, those of ReadScope (each once), everything else whole.
  /// Dumps that the kernel marks as interrupted (NLM_F_DUMP_INTR) are repeated. On any thread,
  /// beside all else.
  virtual Result<KernelState> read(const ReadScope& scope) = 0;

  /// In order, in as few messages as possible. A change that fails does not stop the others.
  /// "Already so" (EEXIST on add, ESRCH/ENODEV on delete) is success.
  virtual std::vector<ChangeFailure> apply(std::span<const KernelChange> changes) = 0;

  /// Readable when something that read() shows may have changed; -1: never.
  virtual int notification_fd() = 0;
  /// Empties the notifications; what this port itself wrote of routes, nexthops and rules is no
  /// news. True: something relevant changed (or some were lost: ENOBUFS).
  /// Relevant: links, addresses, rules; routes with Kaido's protocol, default routes, those by an
  /// uplink device of the last read's scope; nexthops with
  /// Kaido's protocol or removed (the kernel does not say whose it was).
  virtual bool drain_notifications() = 0;
};

}  // namespace kaido
