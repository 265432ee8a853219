// A choice: the path that core/failover gives a network, by which rule, and what was known then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/failover/figures.hpp"
#include "core/failover/health.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// Why a network uses its path.
enum class ChoiceRule : std::uint8_t {
  first,       ///< no path was in use before
  adopted,     ///< a kaidod before this one had chosen it
  path_down,   ///< the path before died
  out_of_sla,  ///< the path before is outside the network's limits, this one is inside
  better,      ///< it has been cheaper beyond the margin for long enough
  preferred,   ///< it is preferred, and has stayed good for long enough
  requested,   ///< an admin asked for it
  withdrawn,   ///< the path before has been taken away, or will be in a moment
  none_left,   ///< no tunnel is up
};
/// Stable codes for reports and logs: "path-down".
[[nodiscard]] const char* to_string(ChoiceRule rule);

struct PathChoice {
  ChoiceRule rule = ChoiceRule::first;
  std::optional<std::size_t> from = std::nullopt;  ///< the path before; nullopt: none
  std::optional<std::size_t> to = std::nullopt;    ///< the chosen path; nullopt: none
  Trouble trouble = Trouble::none;                 ///< of `from`
  Instant at;
  std::optional<PathFigures> before = std::nullopt;  ///< of `from`, at that moment
  std::optional<PathFigures> after = std::nullopt;   ///< of `to`, at that moment
};

}  // namespace kaido
