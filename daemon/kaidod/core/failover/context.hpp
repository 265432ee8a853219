// One event's handling. Internal to core/failover.
#pragma once

#include <cstddef>

#include "core/failover/actions.hpp"
#include "core/failover/state.hpp"

namespace kaido::failover {

struct Context {
  FailoverState& state;
  Instant now;
  FailoverActions& out;

  [[nodiscard]] PathState& path(std::size_t i) const { return state.paths[i]; }
  [[nodiscard]] const PathSpec& spec(std::size_t i) const { return state.plan.paths[i]; }
  void changed(std::size_t i) const { out.emplace_back(PathChanged{i}); }
};

/// Packets get through it, as far as is known.
[[nodiscard]] inline bool alive(const PathState& path) {
  return path.health == Health::good || path.health == Health::suspect;
}

}  // namespace kaido::failover
