// What would change the choice of a network.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "core/failover/state.hpp"

namespace kaido {

struct Outlook {
  std::string used;  ///< the path in use; empty: none yet, the first path that is proved will be
  bool pinned = false;
  std::string next;  ///< the path that comes into use when it stays good for `wait`; empty: none
  std::chrono::seconds wait{};
  bool measured = false;  ///< false: `used` is left when its tunnel goes
  Duration limit{};       ///< silence after which `used` is left
  double margin = 0;      ///< another path has to be cheaper by this much
};
[[nodiscard]] Outlook outlook(const FailoverState& state, std::size_t network, Instant now);

}  // namespace kaido
