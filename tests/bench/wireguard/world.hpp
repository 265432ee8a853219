// Devices with 10,000 peers in a network namespace of the bench's own.
#pragma once

#include <string>

#include "adapters/netlink/rt_netlink.hpp"
#include "adapters/netlink/wireguard.hpp"

namespace kaido::bench {

/// `count` peers with random-looking keys (real points are not needed: any 32 bytes are a public
/// key), two prefixes each, ascending by key.
[[nodiscard]] WireGuardDevice make_device(const std::string& name, unsigned count);

/// Owns the links it makes; the process's network namespace goes with the process.
class World {
 public:
  World();
  void add_link(const std::string& name);
  /// Removes the peers first: a link with peers takes 18 ms a peer to go.
  void remove_link(const std::string& name);
  WireGuardControl& control() { return wireguard_; }
  [[nodiscard]] ObservedWireGuardDevice read(const std::string& device);
  void write(const WireGuardChange& change);

 private:
  netlink::RtNetlink network_;
  netlink::WireGuard wireguard_;
};

/// `wg syncconf` of a file with the whole device; its time in seconds.
[[nodiscard]] double syncconf(const WireGuardDevice& device);

}  // namespace kaido::bench
