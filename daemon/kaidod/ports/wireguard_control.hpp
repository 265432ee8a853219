// The port to the kernel's WireGuard (generic netlink "wireguard").
#pragma once

#include <string>

#include "core/wireguard.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// Synchronous; one thread, but for read(). Links are made and deleted by NetworkStack, this port
/// fills them.
class WireGuardControl {
 public:
  virtual ~WireGuardControl() = default;
  /// On any thread, beside all else. wireguard_unsupported: the kernel has none; not_found: no such
  /// device.
  virtual Result<ObservedWireGuardDevice> read(const std::string& device) = 0;
  /// In batches that fit one netlink message each; the order of the peers is kept and a private
  /// key is written last. not_found: the device is gone.
  virtual Result<void> write(const WireGuardChange& change) = 0;
};

}  // namespace kaido
