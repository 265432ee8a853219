// The kernel's WireGuard over generic netlink.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "ports/wireguard_control.hpp"
#include "wire/netlink/socket.hpp"

namespace kaido::netlink {

/// Owns two generic netlink sockets, for what is read and for what is written; each is opened at
/// its first use in the network namespace that the calling thread is in then, and again after a
/// failure. Synchronous; 5 s for an answer. Two reads at the same time follow each other. Buffers
/// that held a private key are wiped.
class WireGuard final : public WireGuardControl {
 public:
  /// not_found also for a device of another kind.
  Result<ObservedWireGuardDevice> read(const std::string& device) override;
  /// The messages follow each other without waiting for an answer. The first refusal is the
  /// error; what the kernel took before and after it stays.
  Result<void> write(const WireGuardChange& change) override;

 private:
  /// A socket, and the id that the kernel gave "wireguard"; 0: not asked yet.
  struct Session {
    Result<Socket*> prepare();
    Error error_of(const Refusal& refusal, const std::string& device, const char* what);
    std::optional<Socket> socket;
    std::uint16_t family = 0;
  };
  std::mutex reading_mutex_;
  Session reading_;
  Session writing_;
};

}  // namespace kaido::netlink
