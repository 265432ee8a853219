// The beat: work that is not urgent waits for it, so that an idle gateway wakes rarely.
#pragma once

#include <chrono>
#include <cstddef>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

inline constexpr auto kBeat = std::chrono::milliseconds(1250);
/// The first beat at `at` or later whose number, modulo `every` (1 or more), is `which`.
[[nodiscard]] Instant beat(Instant at, std::size_t every = 1, std::size_t which = 0);

}  // namespace kaido
