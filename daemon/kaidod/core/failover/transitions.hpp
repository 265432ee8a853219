// How the health of a path changes. Internal to core/failover.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/failover/context.hpp"

namespace kaido::failover {

inline constexpr std::uint32_t kFirstProofs = 3;  ///< answers that make a new path good

void set_health(const Context& context, std::size_t path, Health health, Trouble trouble);
/// The tunnel below the path came up or went.
void set_usable(const Context& context, std::size_t path, bool usable);
/// The path has answered: one more proof that it works.
void count_proof(const Context& context, std::size_t path);

}  // namespace kaido::failover
