// The search for the size that passes. Internal to core/failover.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Bytes of the next full-size probe.
[[nodiscard]] std::uint16_t size_to_try(const Context& context, std::size_t path);
/// A probe of `size` bytes was answered during a search.
void on_search_reply(const Context& context, std::size_t path, std::uint16_t size);
/// A probe of `size` bytes was lost, and a small one that was sent later was answered.
void on_size_lost(const Context& context, std::size_t path, std::uint16_t size);

}  // namespace kaido::failover
