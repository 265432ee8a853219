// Writes what WireGuard's devices should hold.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/wireguard.hpp"
#include "engine/log.hpp"
#include "engine/troubles.hpp"
#include "ports/wireguard_control.hpp"

namespace kaido {

/// Synchronous, on the engine's strand. Failures are the condition "wireguard".
class WireGuardWriter {
 public:
  WireGuardWriter(WireGuardControl& wireguard, Log& log, Troubles& troubles)
      : wireguard_(wireguard), log_(log), troubles_(troubles) {}

  /// Reads every device and writes what differs; what was read of each goes to `seen`.
  void write(const Board& board, const std::function<void(const ObservedWireGuardDevice&)>& seen);
  /// Adds these, or gives them these addresses; all others stay. False: it was refused, and is in
  /// the log.
  bool add_peers(const std::string& device, const std::vector<WireGuardPeer>& peers);
  /// Removes these; those that are desired are there again after write().
  bool remove_peers(const std::string& device, const std::vector<WireGuardKey>& peers);
  /// Deleting a device with peers takes the kernel 18 ms a peer; removing them first does not.
  void empty_device(const std::string& name);
  /// Makes the kernel try a handshake on these devices now instead of at the next keepalive.
  void poke(const Board& board, const std::set<std::string>& devices);

 private:
  bool write_now(const WireGuardChange& change);
  std::optional<Error> write_device(const WireGuardDevice& desired,
                                    const ObservedWireGuardDevice& observed);

  WireGuardControl& wireguard_;
  Log& log_;
  Troubles& troubles_;
};

}  // namespace kaido
