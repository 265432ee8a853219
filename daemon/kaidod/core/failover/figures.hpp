// What is known of one path: for choices, reports and logs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/failover/health.hpp"
#include "core/failover/plan_types.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

struct FailoverState;

/// What was known of a path at some moment.
struct PathFigures {
  std::string name;
  Health health = Health::unusable;
  bool measured = false;   ///< false: only `health` is known
  Duration silence{};      ///< since an answer was due, while suspect or down
  Duration limit{};        ///< silence that makes the path dead
  Duration round_trip{};   ///< smoothed
  double loss = 0;         ///< a share of the last minute, 0 to 1
  std::uint16_t size = 0;  ///< largest inner packet that passes, bytes; 0: not known
  double cost = 0;
};
[[nodiscard]] PathFigures figures(const FailoverState& state, std::size_t path, Instant now);

/// Lower is better: round trip in ms, plus what the transport costs, plus 10 for each percent lost.
[[nodiscard]] double cost(const FailoverState& state, std::size_t path, Instant now);
/// The path is inside these limits.
[[nodiscard]] bool within(const FailoverState& state, std::size_t path, const Sla& sla,
                          Instant now);

/// Inner packets larger than the path's size go in fragments of the outer packet, now.
[[nodiscard]] bool in_fragments(const FailoverState& state, std::size_t path);

/// How often the path is probed now, and how often with a probe of full size.
[[nodiscard]] Duration probing_interval(const FailoverState& state, std::size_t path);
[[nodiscard]] Duration size_probing_interval(const FailoverState& state, std::size_t path);

/// Bytes outside the tunnel of one probe and its answer. `size` is that of the inner packet; 0: the
/// smallest.
[[nodiscard]] double probe_bytes(const PathSpec& spec, std::uint16_t size);

}  // namespace kaido
