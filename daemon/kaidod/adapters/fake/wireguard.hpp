// WireGuard devices in memory.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "adapters/fake/network_stack.hpp"
#include "ports/wireguard_control.hpp"

namespace kaido::fake {

/// Fills the WireGuard links of a fake NetworkStack, which has to outlive it. As in the kernel one
/// prefix belongs to one peer of a device and silently moves to whoever is written last; a link
/// that was deleted and made anew is empty. One thread.
class WireGuard final : public WireGuardControl {
 public:
  explicit WireGuard(const NetworkStack& network) : network_(network) {}

  Result<ObservedWireGuardDevice> read(const std::string& device) override;
  Result<void> write(const WireGuardChange& change) override;

  /// A kernel without WireGuard.
  void set_supported(bool supported) { supported_ = supported; }
  /// As if the peer had been heard; unknown peers are ignored.
  void set_counters(const std::string& device, const WireGuardKey& peer,
                    std::int64_t last_handshake, std::uint64_t received, std::uint64_t sent);
  /// For a test to look at the rest of the world just before a change.
  std::function<void(const WireGuardChange&)> on_write;
  void fail_next(Error error) { failures_.push_back(std::move(error)); }
  /// Peers written (changed or removed) since the start.
  [[nodiscard]] std::size_t peers_written() const { return peers_written_; }

 private:
  std::mutex mutex_;  ///< of read and write
  struct Slot {
    int index = 0;  ///< of the link that it belongs to
    ObservedWireGuardDevice device;
  };
  Result<ObservedWireGuardDevice*> find(const std::string& name);
  void write_peer(ObservedWireGuardDevice& device, const WireGuardPeerChange& change);

  const NetworkStack& network_;
  std::map<std::string, Slot> slots_;
  std::deque<Error> failures_;
  bool supported_ = true;
  std::size_t peers_written_ = 0;
};

}  // namespace kaido::fake
