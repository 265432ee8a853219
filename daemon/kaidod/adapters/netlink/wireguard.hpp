// The kernel's WireGuard over generic netlink.
#pragma once

#include <cstdint>
#include <optional>

#include "ports/wireguard_control.hpp"
#include "wire/netlink/socket.hpp"

namespace kaido::netlink {

/// Owns one generic netlink socket, opened at its first use in the network namespace that the
/// calling thread is in then, and again after a failure. One thread; synchronous; 5 s for an
/// answer. Buffers that held a private key are wiped.
class WireGuard final : public WireGuardControl {
 public:
  /// not_found also for a device of another kind.
  Result<ObservedWireGuardDevice> read(const std::string& device) override;
  /// The messages follow each other without waiting for an answer. The first refusal is the
  /// error; what the kernel took before and after it stays.
  Result<void> write(const WireGuardChange& change) override;

 private:
  Result<Socket*> prepare();  ///< the socket, with family_ known
  Error error_of(const Refusal& refusal, const std::string& device, const char* what);

  std::optional<Socket> socket_;
  std::uint16_t family_ = 0;  ///< the id that the kernel gave "wireguard"; 0: not asked yet
};

}  // namespace kaido::netlink
