// What the parts of the desired kernel share.
#pragma once

#include <cstdint>
#include <string>

#include "core/desired/network_routes.hpp"
#include "core/kernel.hpp"

namespace kaido::desired {

inline constexpr std::uint32_t kMetric = 20;  ///< under the 32 of routes that BIRD writes

void set(KernelState& kernel, std::string path, std::string value);
[[nodiscard]] bool reads(const KernelState& observed, const std::string& path, const char* value);
void add_link(KernelState& kernel, std::string name, LinkKind kind, std::uint32_t mtu);
void add_address(KernelState& kernel, std::string device, const Prefix& host);
void add_device_route(KernelState& kernel, const Prefix& destination, const std::string& device,
                      std::uint32_t table);
void add_unreachable(KernelState& kernel, const Prefix& destination, std::uint32_t table);

/// Packets outside have no more bytes than one of `size` inside makes them; larger ones go in
/// fragments. Locked: else the first ICMP "too big" would be believed instead.
void add_locked(KernelState& kernel, Route route, std::uint32_t size);

/// A site's outer packets to the endpoints of tunnels by this uplink that go in fragments, beside
/// the uplink's default route.
void add_fragments_by(KernelState& kernel, const Board& board, std::size_t uplink,
                      const Route& way_out);

}  // namespace kaido::desired
