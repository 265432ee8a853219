// When a path is probed. Internal to core/failover.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Probes that are due within this time leave together.
inline constexpr auto kSlack = std::chrono::milliseconds(3);

/// How often the path is probed now.
[[nodiscard]] Duration probe_interval(const FailoverState& state, std::size_t path);
/// Sends a probe; `size` of the inner packet in bytes, 0: the smallest. Returns its sequence.
std::uint32_t send_probe(const Context& context, std::size_t path, std::uint16_t size);
/// Judges silence, sends what is due.
void tick_path(const Context& context, std::size_t path);
/// When tick_path() has something to do next; nullopt: never.
[[nodiscard]] std::optional<Instant> path_deadline(const FailoverState& state, std::size_t path);

}  // namespace kaido::failover
