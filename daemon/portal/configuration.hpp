// A device's WireGuard configuration for a stock client, without its private key. Pure.
//
// A stock client keeps its tunnel up when its session is over, also a full one (0.0.0.0/0). So that
// the portal is reached even then, AllowedIPs are the networks without the portal's addresses.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "kaido/ip.hpp"
#include "kaido/portal_link.hpp"

namespace kaido::portal {

/// What a QR code of version 40 with level L holds (ISO/IEC 18004), in bytes.
inline constexpr std::size_t kQrCode = 2'953;

struct Exported {
  std::string file;          ///< as wg-quick(8) reads it; empty: there is no WireGuard
  std::string for_qr;        ///< the same with fewer AllowedIPs where it must; empty: not even so
  std::size_t left_out = 0;  ///< prefixes of the file that for_qr does not have
  std::size_t all = 0;       ///< prefixes of the file
};

/// `host`: where the hub is reached, a name or an address. `portal`: where this portal is, from
/// outside. `note`: behind a '#', where the private key belongs; one line.
///
/// A QR code gets as many of the file's prefixes as fit, the largest first, and so never an address
/// that is not of the networks: what is left out goes its way outside of the tunnel, and no traffic
/// of others gets into it, where the hub would drop it. Of a full tunnel only the surroundings of
/// the portal's address are left out. An IPv6 /64 counts as much as an IPv4 address.
[[nodiscard]] Exported export_configuration(const Answer& answer, std::string_view host,
                                            std::span<const IpAddress> portal,
                                            std::string_view note);

}  // namespace kaido::portal
