// What every subject may read: plain values, each with one writer.
//
//   model, identities     the engine, when a configuration comes into force
//   uplinks, surroundings the applier, from what it reads in the kernel
//   tunnels               the runner Tunnels
//   routes                the runner Paths (a site) or Returns (a hub)
//   admissions            the runner Sessions (a hub)
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/identities.hpp"
#include "core/model.hpp"
#include "core/session/admissions.hpp"
#include "core/tunnels/states.hpp"
#include "core/uplinks/surroundings.hpp"
#include "core/uplinks/uplink.hpp"

namespace kaido {

/// What was proved of a tunnel's way.
struct PassingSize {
  std::uint16_t size = 0;  ///< bytes of an inner packet that passes whole; 0: every one, as far
                           ///< as is known
  bool fragments = false;  ///< what is larger goes in fragments of the outer packet
  friend bool operator==(const PassingSize&, const PassingSize&) = default;
};

/// Where the packets of a network (site) or to a site (hub) go, as core/failover chose.
struct Routing {
  std::optional<std::size_t> tunnel;  ///< index into Board::tunnels
  bool deliver = true;                ///< hub: the site's prefixes too, not only its own addresses
  bool announce = true;               ///< hub: other routers may know (table 210)
  bool stale = false;                 ///< hub: but only as the last resort
  bool outranks = false;              ///< hub: to prefer this hub to all others
  /// Hub: bytes of an inner packet that pass to the site; 0: as the device.
  std::uint16_t size = 0;
  bool fragments = false;  ///< hub: what is larger goes in fragments of the outer packet
  friend bool operator==(const Routing&, const Routing&) = default;
};

struct Routes {
  std::map<std::string, Routing, std::less<>> by_name;  ///< of a network (site) or a site (hub)
  /// Probes or claims decide. Until then the first tunnel that is up is used.
  bool measured = false;
  std::vector<PassingSize> sizes;  ///< a site's: one for each tunnel
};

struct Board {
  Model model;
  Identities identities;                ///< what the model's files hold
  std::vector<ObservedUplink> uplinks;  ///< one for each of model.uplinks
  Surroundings surroundings;            ///< a hub's
  TunnelStates tunnels;
  Routes routes;
  session::Admissions admissions;
};

}  // namespace kaido
