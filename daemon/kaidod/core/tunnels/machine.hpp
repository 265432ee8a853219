// The pure heart of kaidod: (state, event, now) -> (state, actions).
//
// No I/O, no clock reads, no logging: time comes in as a value, and what should be done goes out as
// actions. What the kernel, charon and nftables should hold is computed from the state by
// core/desired/desired.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ike.hpp"
#include "core/model.hpp"
#include "core/tunnels/tunnel.hpp"
#include "core/uplinks/surroundings.hpp"
#include "core/uplinks/uplink.hpp"
#include "core/wireguard.hpp"

namespace kaido {

/// What was proved of a tunnel's way.
struct PassingSize {
  std::uint16_t size = 0;  ///< bytes of an inner packet that passes whole; 0: every one, as far
                           ///< as is known
  bool fragments = false;  ///< what is larger goes in fragments of the outer packet
  friend bool operator==(const PassingSize&, const PassingSize&) = default;
};

/// Where the packets of a network (site) or to a site (hub) go, as core/failover decided.
struct Routing {
  std::optional<std::size_t> tunnel;  ///< index into GatewayState::tunnels
  bool deliver = true;                ///< hub: the site's prefixes too, not only its own addresses
  bool announce = true;               ///< hub: other routers may know (table 210)
  bool stale = false;                 ///< hub: but only as the last resort
  bool outranks = false;              ///< hub: to prefer this hub to all others
  /// Hub: bytes of an inner packet that pass to the site; 0: as the device.
  std::uint16_t size = 0;
  bool fragments = false;  ///< hub: what is larger goes in fragments of the outer packet
  friend bool operator==(const Routing&, const Routing&) = default;
};

struct GatewayState {
  Model model;
  std::vector<ObservedUplink> uplinks;  ///< one for each of model.uplinks
  Surroundings surroundings;            ///< a hub's
  std::vector<Tunnel> tunnels;          ///< by owner, slot, transport
  std::set<std::string> disabled;       ///< names of tunnels the admin has taken down
  bool charon_up = false;               ///< connected, and its SAs have been listed
  bool torn_down = false;               ///< until the next Configured
  /// Why the firewall, which keeps the sites' packets apart, was never loaded: no tunnel is made.
  std::optional<Error> unguarded;
  /// By Choice::name. Without `measured` the first tunnel that is up is used.
  std::map<std::string, Routing> routing;
  bool measured = false;
  std::vector<PassingSize> sizes;  ///< site, one for each tunnel
  std::minstd_rand random{1};      ///< for jitter; seeded by who owns the state
  /// Hub: indices into model.sites by name, and tunnels' by WireGuard key, for look-ups.
  std::vector<std::uint32_t> sites_by_name;
};

// ---- events
/// A configuration came into force, the first or another.
struct Configured {
  Model model;
  std::set<std::string> disabled;
};
struct UplinksObserved {
  std::vector<ObservedUplink> uplinks;
  Surroundings surroundings{};
};
/// After CharonUp: the SAs that are there. Only now are tunnels judged.
struct IkeListed {
  std::vector<IkeSa> sas;
};
/// What charon said to InitiateIke: it has taken the order, or why not.
struct IkeInitiated {
  std::string connection;
  std::optional<Error> refusal;
};
struct WireGuardObserved {
  const ObservedWireGuardDevice* device = nullptr;  ///< not kept
  std::int64_t wall_time = 0;                       ///< seconds since 1970
};
/// The admin's word for tunnels by name.
struct TunnelsEnabled {
  std::vector<std::string> names;
  bool enabled = true;
};
/// The firewall is there, or (the reason) was never loaded. Later refusals leave the old one there.
struct Guarded {
  std::optional<Error> unguarded;
};
/// Everything was removed: no tunnel is there, and none is tried.
struct TornDown {};
/// A path by IPsec is dead although its tunnel is up: try to repair it, for the `attempt`th time.
struct TunnelDead {
  std::size_t index = 0;
  std::uint32_t attempt = 1;
};
/// Time has passed.
struct Tick {};
using Event = std::variant<Configured, UplinksObserved, IkeEvent, IkeListed, IkeInitiated,
                           WireGuardObserved, TunnelsEnabled, Guarded, TornDown, TunnelDead, Tick>;

// ---- actions
struct InitiateIke {
  std::string connection;
};
struct TerminateIke {
  std::uint32_t unique_id = 0;
};
struct RekeyIke {
  std::uint32_t unique_id = 0;
  std::string connection;
};
enum class Repair : std::uint8_t { rekey, anew, encapsulation };
/// What is tried for a TunnelDead.
struct TunnelRepaired {
  std::size_t index = 0;
  Repair how = Repair::rekey;
};
/// Makes the kernel try a handshake now instead of at its next keepalive.
struct PokeWireGuard {
  std::string device;
};
/// Hub: makes this peer of a device afresh, so that the kernel takes its handshakes again: it
/// refuses those that are not newer than the last by the site's clock, which may have been set
/// back.
struct RenewPeer {
  std::string device;
  WireGuardKey peer{};
};
/// A tunnel has another state or reason; `index` into GatewayState::tunnels.
struct TunnelChanged {
  std::size_t index = 0;
};
/// Kernel, charon or nftables may have to change: desired state is to be computed again.
struct Reconcile {};
using Action = std::variant<InitiateIke, TerminateIke, RekeyIke, TunnelRepaired, PokeWireGuard,
                            RenewPeer, TunnelChanged, Reconcile>;
using Actions = std::vector<Action>;

/// Never throws on any order of events; one that fits no tunnel is ignored.
[[nodiscard]] Actions step(GatewayState& state, const Event& event, Instant now);

/// When the next Tick is due; nullopt: only events matter.
[[nodiscard]] std::optional<Instant> next_deadline(const GatewayState& state);

[[nodiscard]] std::string tunnel_name(const GatewayState& state, const Tunnel& tunnel);
[[nodiscard]] std::string tunnel_device(const GatewayState& state, const Tunnel& tunnel);
/// The public key that the peer of a WireGuard tunnel has; nullptr: none is known.
[[nodiscard]] const WireGuardKey* peer_key(const Model& model, const Tunnel& tunnel);
/// Indices of the tunnels that `name` means: itself, or all below it ("tokyo", "tokyo/a").
[[nodiscard]] std::vector<std::size_t> match_tunnels(const GatewayState& state,
                                                     std::string_view name);

}  // namespace kaido
