// A site measures its paths and chooses one for each network. Pure, and light enough for a
// simulator: (state, event, now) -> (state, actions). A probe and its reply allocate nothing.
//
// What the two ends do about a choice is elsewhere: the nexthop in core/desired/kernel.cpp, the
// hub's return route in core/failover/claims.hpp. The rules are in README.md beside this file.
#pragma once

#include <optional>

#include "core/failover/actions.hpp"
#include "core/failover/events.hpp"
#include "core/failover/state.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// Appends to `actions`. Never throws. Ignores an event for a path that does not exist.
void step(FailoverState& state, const FailoverEvent& event, Instant now, FailoverActions& actions);

/// When the next ProbeTick is due; nullopt: never. Hand in the replies that wait before the tick: a
/// late tick judges by when answers arrived, not by when they were read.
[[nodiscard]] std::optional<Instant> next_deadline(const FailoverState& state);

/// Nothing is under suspicion: replies need not be read before the next ProbeTick.
[[nodiscard]] bool answers_may_wait(const FailoverState& state);

}  // namespace kaido
