// What core/failover is configured with: paths, networks, how often it probes, what that may cost.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/model.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

enum class Measure : std::uint8_t {
  stamp,  ///< a Kaido hub, or any STAMP reflector (RFC 8762)
  echo,   ///< ICMP echo only: it does not tell the directions apart
  none,   ///< nothing answers probes: a tunnel that is up counts as a good path
};

/// One path. It has the index of its tunnel in Board::tunnels.
struct PathSpec {
  std::string name;  ///< the tunnel's
  std::uint8_t slot = 0;
  Transport transport = Transport::ikev2;
  std::size_t hub = 0;       ///< index into Model::hubs
  std::size_t endpoint = 0;  ///< index into the endpoints of that hub
  std::size_t uplink = 0;    ///< index into Model::uplinks
  std::uint16_t hub_number = 0;
  Measure measure = Measure::stamp;
  bool sealed = false;   ///< its claims carry an HMAC, which makes each probe longer
  double handicap = -1;  ///< cost of its transport; negative: 0 for ikev2, 15 for wireguard
  std::uint16_t full_size = 1420;  ///< largest inner packet that the tunnel's MTU allows, bytes
  std::uint16_t overhead = 60;     ///< bytes that the tunnel adds to an inner packet
  std::uint16_t least = 512;       ///< bytes; a search for the size never goes below this
  /// Bytes of the inner packet that fills the smallest possible outer fragment (of IPv6: 1280).
  std::uint16_t least_fragment = 512;
  friend bool operator==(const PathSpec&, const PathSpec&) = default;
};

/// What a network demands of a path.
struct Sla {
  double loss = 0.02;                               ///< a share, 0 to 1, in each direction
  Duration delay = std::chrono::milliseconds(400);  ///< round trip
  std::uint16_t size = 1280;                        ///< bytes of an inner packet
  friend bool operator==(const Sla&, const Sla&) = default;
};

/// A set of prefixes that moves as one, with its paths in order of preference.
struct NetworkSpec {
  std::string name;
  std::vector<std::size_t> hubs;   ///< indices into Model::hubs, in order of preference
  std::vector<std::size_t> paths;  ///< every path to one of `hubs`, by hub, slot, transport
  bool implicit = false;           ///< the addresses of a hub itself: carries no site prefix
  Sla sla;
  friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

/// Cost that each transport adds to the one that the hub names before it. It is larger than the
/// margin of the choice, so the first transport is used wherever it is about as good.
inline constexpr double kTransportCost = 15.0;

struct ProbeRates {
  /// The path in use and two standbys, while traffic flows; 10 ms to 1 s.
  Duration fast = std::chrono::milliseconds(50);
  /// The same paths while no traffic flows.
  Duration idle = std::chrono::milliseconds(1250);
  /// All other paths, and paths that have been silent for a minute.
  Duration slow = std::chrono::seconds(5);
  friend bool operator==(const ProbeRates&, const ProbeRates&) = default;
};

/// What probes may cost on an uplink that is paid by volume.
struct UplinkBudget {
  std::string uplink;
  double rate = 0;  ///< bytes a second, over the month; 0: no limit
  friend bool operator==(const UplinkBudget&, const UplinkBudget&) = default;
};

struct FailoverPlan {
  std::vector<PathSpec> paths;
  std::vector<NetworkSpec> networks;
  ProbeRates rates;
  std::vector<UplinkBudget> budgets;  ///< one for each uplink
  friend bool operator==(const FailoverPlan&, const FailoverPlan&) = default;
};

}  // namespace kaido
