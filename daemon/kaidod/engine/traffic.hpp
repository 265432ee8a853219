// Whether anything but probes goes through the paths in use.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/tunnels/tunnel.hpp"
#include "ports/path_prober.hpp"

namespace kaido {

/// Fast probes cost money where nobody sends anything. The devices count all packets of both
/// directions; what is ours is taken off.
class Traffic {
 public:
  /// The paths are others: what was counted so far means nothing.
  void begin(std::size_t paths) { paths_.assign(paths, {}); }
  void probed(std::size_t path);
  void answered(std::size_t path);
  /// What the device of a path in use has counted, every half second or so.
  void look(std::size_t path, const DevicePackets& counted, Instant now);
  /// There was some within the last ten seconds.
  [[nodiscard]] bool flows(Instant now) const;

 private:
  struct Path {
    std::optional<DevicePackets> counted;  ///< at the last look
    DevicePackets own;                     ///< since then
  };
  std::vector<Path> paths_;
  Instant last_;
};

}  // namespace kaido
