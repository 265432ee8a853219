// What the prober asks about interfaces.
#pragma once

#include <optional>
#include <string>

#include "kaido/descriptor.hpp"
#include "ports/path_prober.hpp"
#include "wire/netlink/socket.hpp"

namespace kaido::stamp_prober {

/// Owns a netlink socket for counters (the /sys of a process may be another namespace's) and one
/// for names. One thread; the kernel answers within the call, so nothing waits.
class Interfaces {
 public:
  Interfaces();
  /// 0: there is none of that name.
  [[nodiscard]] unsigned index(const std::string& device) const;
  /// Of what has that index; 0: it is gone.
  [[nodiscard]] DevicePackets packets(unsigned index);

 private:
  Descriptor control_;
  std::optional<netlink::Socket> netlink_;
};

}  // namespace kaido::stamp_prober
