// The claim of a site, as it sends it. What a hub does with it is in claims.hpp.
#pragma once

#include <cstddef>

#include "core/failover/state.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

/// The claim for the hub of this path. It goes on every probe of the path.
[[nodiscard]] stamp::Claim claim_for(const FailoverState& state, std::size_t path);

}  // namespace kaido
