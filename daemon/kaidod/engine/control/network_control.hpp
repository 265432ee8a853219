// The networks, and the paths that lead to them.
#pragma once

#include <string>
#include <vector>

#include "core/report.hpp"
#include "engine/control/done.hpp"

namespace kaido {

class NetworkControl {
 public:
  virtual ~NetworkControl() = default;

  virtual std::vector<NetworkReport> networks() = 0;  ///< on a hub: its sites
  virtual std::vector<PathReport> paths() = 0;        ///< empty on a hub

  /// Moves a network to a path, by their names, and keeps it there while the path is usable; with
  /// an empty path it is chosen freely again, and at once. Gives the path in use afterwards ("" for
  /// none). Errors: not_found (no such network or path, or a path that does not lead to its hubs:
  /// the detail lists those that do), and the condition of a path that cannot be used now.
  virtual void switch_network(const std::string& network, const std::string& path,
                              Done<std::string> done) = 0;
};

}  // namespace kaido
