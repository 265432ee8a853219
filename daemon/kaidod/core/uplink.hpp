// What is seen of an uplink in the kernel, and whether a tunnel may use it.
#pragma once

#include <optional>
#include <vector>

#include "core/kernel.hpp"
#include "core/model.hpp"
#include "kaido/error.hpp"

namespace kaido {

struct ObservedUplink {
  bool present = false;
  bool running = false;
  std::uint32_t mtu = 1500;
  std::vector<IpAddress> addresses;  ///< usable, not link-local
  std::vector<IpAddress> gateways;   ///< configured, or of default routes seen
  /// The newest IPv6 address, kept while there is none: an SA outlives a short loss of its link.
  std::optional<IpAddress> ipv6_source;
  friend bool operator==(const ObservedUplink&, const ObservedUplink&) = default;
};

/// One entry for each of model.uplinks; `before` (may be empty) hands on what is kept.
[[nodiscard]] std::vector<ObservedUplink> observe_uplinks(
    const Model& model, const KernelState& kernel, const std::vector<ObservedUplink>& before);

/// Why no tunnel of this outer family can use the uplink now; nullopt: it can.
[[nodiscard]] std::optional<Error> unusable(const Uplink& uplink, const ObservedUplink& observed,
                                            Family family);

}  // namespace kaido
