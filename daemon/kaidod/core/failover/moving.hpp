// A network moves to another path. Internal to core/failover.
#pragma once

#include <cstddef>
#include <optional>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// The network uses `path` from now on (nullopt: none), and every hub concerned is told.
void choose_path(const Context& context, std::size_t network, std::optional<std::size_t> path,
                 ChoiceRule rule);
/// Onto the best path that has answered after `since`. Where no path is good, onto one that answers
/// again before it has proved itself. False: there is none, and nothing changes.
bool move_to_answering(const Context& context, std::size_t network, Instant since, ChoiceRule rule);
/// The path in use is gone: any tunnel is better than none.
void move_anywhere(const Context& context, std::size_t network, ChoiceRule rule);

}  // namespace kaido::failover
