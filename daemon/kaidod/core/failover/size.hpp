// The largest packet that passes, in both directions (a reply is as long as its probe). Internal to
// core/failover.
//
// Now and then a probe of the largest size that passed is sent. When it is lost twice while small
// ones pass, 1280 bytes are tried at once (size_search.cpp). If they pass, the path is clamped to
// them; else its size is not known any more, and the path is worth less. A search between 1280 and
// the lost size, or below, finds what passes. Upwards it goes slowly: full size, and else what lies
// between, is tried again after 10 s, then ever more rarely.
//
// A hub that is not Kaido answers echoes. It may refuse large ones, so a loss says something only
// after an echo of full size was answered. Nobody tells that hub to fragment, so only TCP is
// helped.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Judges the size probe that waits for its answer, sends the next one when it is due.
void tick_size(const Context& context, std::size_t path);
/// When tick_size() has something to do next; Instant::max(): never.
[[nodiscard]] Instant size_due(const FailoverState& state, std::size_t path);
/// A full-size probe of `size` bytes was answered.
void on_size_reply(const Context& context, std::size_t path, std::uint32_t sequence,
                   std::uint16_t size);
/// The size that passes, as far as it will be known soon.
[[nodiscard]] bool size_settled(const FailoverState& state, std::size_t path);
/// The path passes less than its tunnel's MTU allows.
[[nodiscard]] bool size_limited(const FailoverState& state, std::size_t path);
/// A black hole has come up on this path so lately that others may not have been asked since.
[[nodiscard]] bool size_news_awaited(const FailoverState& state, std::size_t used, Instant now);
/// `size` bytes pass; 0: it is not known what passes.
void set_size(const Context& context, std::size_t path, std::uint16_t size);

}  // namespace kaido::failover
