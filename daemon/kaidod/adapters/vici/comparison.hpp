// Compares what charon holds with what is desired, and changes what differs.
#pragma once

#include <memory>

#include "adapters/vici/change.hpp"

namespace kaido::vici {

/// Asked each time, not remembered: someone else may have unloaded something. Plans `change`, which
/// is fresh, and runs it; `change` also tells the outcome when charon gives no answer.
void compare(const std::shared_ptr<Connection>& connection, const std::shared_ptr<Loaded>& loaded,
             IkeDesired desired, const std::shared_ptr<Change>& change);

}  // namespace kaido::vici
