// Packets of 1280 bytes where less passes: WireGuard's packets go in fragments outside. Internal to
// core/failover.
//
// Where less than 1280 passes, IPv6 inside would be lost (RFC 8200 §5). So WireGuard's packets are
// fragmented outside while such a path is used. Not ESP's: Linux 6.1 cannot send an inner IPv6
// packet in fragments (__xfrm6_output refuses it). With everything else equal the network uses
// WireGuard then.
//
// Probes of 1280 bytes prove whether fragments pass, beside those of the size that passes. In
// fragments they would hide that 1280 passes whole again, so no fragments are made for a moment
// while that is tried. Where fragments are lost, they are taken to be lost on every path by the
// same uplink or to the same endpoint that did not prove the contrary. Else a network would try one
// path after the other.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/failover/context.hpp"

namespace kaido::failover {

/// Some network uses the path.
[[nodiscard]] bool in_use(const FailoverState& state, std::size_t path);
/// Larger packets go in fragments if the path comes into use.
[[nodiscard]] bool may_fragment(const FailoverState& state, std::size_t path);
/// Bytes of an inner packet that get through, whole or in fragments.
[[nodiscard]] std::uint16_t carried(const FailoverState& state, std::size_t path);
/// A network begins or stops to use the path.
void size_used(const Context& context, std::size_t path);
/// Full size is tried at `at` on the limited paths to the same hub.
void ask_neighbours(const Context& context, std::size_t path, Instant at);
/// 1280 bytes are tried again, without fragments.
void begin_whole(const Context& context, std::size_t path);
void give_up_fragments(const Context& context, std::size_t path);
/// Bytes of the next full-size probe of a path in fragments.
[[nodiscard]] std::uint16_t size_in_fragments(const Context& context, std::size_t path);
void on_fragments_reply(const Context& context, std::size_t path, std::uint16_t size);
/// A probe of 1280 bytes was lost.
void on_fragments_lost(const Context& context, std::size_t path);

}  // namespace kaido::failover
