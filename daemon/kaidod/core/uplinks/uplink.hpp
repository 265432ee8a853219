// What is seen of an uplink in the kernel, and whether a tunnel may use it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/kernel.hpp"
#include "core/model.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// A gateway's address; the unspecified one of its family: "by the device", without a gateway (a
/// default route of a point-to-point device).
struct ObservedUplink {
  std::string device;
  bool present = false;
  bool running = false;
  int index = 0;       ///< of the device; 0: absent, or not seen yet
  std::string master;  ///< a bridge, bond or VRF of others that it belongs to; empty: none
  std::string mac;     ///< empty: none
  std::uint32_t mtu = 1500;
  std::vector<IpAddress> addresses;  ///< usable, not link-local
  /// The ways out, one for each family at most: configured, or learnt, or by the device.
  std::vector<IpAddress> gateways;
  /// Of the newest default routes seen, one for each family at most: for as long as the device
  /// exists, since the route that taught it is taken away.
  std::vector<IpAddress> learnt;
  /// The best IPv6 address, kept while there is none: an SA outlives a short loss of its link.
  std::optional<IpAddress> ipv6_source;
  friend bool operator==(const ObservedUplink&, const ObservedUplink&) = default;
};

/// One entry for each of model.uplinks; `before` (by device; any may be missing) hands on what is
/// kept.
[[nodiscard]] std::vector<ObservedUplink> observe_uplinks(
    const Model& model, const KernelState& kernel, const std::vector<ObservedUplink>& before);

/// The entry for each of model.uplinks out of `known`, by device; an empty one where there is none.
[[nodiscard]] std::vector<ObservedUplink> in_order(const Model& model,
                                                   const std::vector<ObservedUplink>& known);

/// Why no tunnel of this outer family can use the uplink now; nullopt: it can.
[[nodiscard]] std::optional<Error> unusable(const Uplink& uplink, const ObservedUplink& observed,
                                            Family family);

/// The master is a VRF that Kaido made.
[[nodiscard]] bool in_own_vrf(const Link& link, const std::vector<Link>& links);

/// A route of somebody else's in the main table, which packets of the LAN and the gateway's own
/// would follow in the clear were it by an uplink. What the kernel makes of an address is none.
[[nodiscard]] bool is_taken_away(const Route& route);

}  // namespace kaido
