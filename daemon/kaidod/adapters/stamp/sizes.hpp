// Bytes of headers inside a tunnel.
#pragma once

#include <cstddef>

namespace kaido::stamp_prober {

inline constexpr std::size_t kIpv4Header = 20;
inline constexpr std::size_t kIpv6Header = 40;
inline constexpr std::size_t kUdpHeaders = kIpv6Header + 8;

}  // namespace kaido::stamp_prober
