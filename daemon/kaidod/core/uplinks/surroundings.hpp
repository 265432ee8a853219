// The devices of a hub that are not Kaido's, as far as its firewall asks: which face the outside,
// which the networks that it offers.
#pragma once

#include <string>
#include <vector>

#include "core/kernel.hpp"
#include "core/model.hpp"

namespace kaido {

struct Surroundings {
  std::vector<std::string> outer;  ///< has an endpoint's address, or a default route leaves by it
  std::vector<std::string> inner;  ///< all others that have an address
  /// The hub's addresses that are for the inside: all but those of outer devices and endpoints.
  std::vector<IpAddress> inner_addresses;
  friend bool operator==(const Surroundings&, const Surroundings&) = default;
};

/// Of a site: empty, its uplinks are named. `kernel` has the default routes (see anywhere()).
[[nodiscard]] Surroundings observe_surroundings(const Model& model, const KernelState& kernel);

/// For ReadScope::towards: routes that contain these are default routes.
[[nodiscard]] std::vector<IpAddress> anywhere();

}  // namespace kaido
