// The machine of the tunnels: (state, event, now) -> (state, actions).
//
// No I/O, no clock reads, no logging: time comes in as a value, and what should be done goes out as
// actions. What the kernel, charon and nftables should hold is computed from the board by
// core/desired.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/board.hpp"
#include "core/ike.hpp"
#include "core/tunnels/states.hpp"
#include "core/wireguard.hpp"

namespace kaido {

// ---- events
/// Board::model is another one, the first or a later.
struct Configured {
  std::set<std::string> disabled;  ///< names of tunnels the admin has taken down
};
/// Board::uplinks or surroundings are others.
struct UplinksChanged {};
/// After CharonUp: the SAs that are there. Only now are tunnels judged.
struct IkeListed {
  std::vector<IkeSa> sas;
};
/// What charon said to InitiateIke: it has taken the order, or why not.
struct IkeInitiated {
  std::string connection;
  std::optional<Error> refusal;
};
/// Of the device's tunnels with these indices.
struct WireGuardObserved {
  const ObservedWireGuardDevice* device = nullptr;  ///< not kept
  std::int64_t wall_time = 0;                       ///< seconds since 1970, when it was read
  /// When it was read; nullopt: now. Tunnels that were seen since then know better.
  std::optional<Instant> read_at = std::nullopt;
  std::size_t first = 0;
  std::size_t end = std::numeric_limits<std::size_t>::max();
  /// RenewPeer at most: each costs the kernel a Diffie-Hellman, and all of a hub may end together.
  std::size_t renewals = 100;
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
using Event = std::variant<Configured, UplinksChanged, IkeEvent, IkeListed, IkeInitiated,
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
/// A tunnel has another state or reason; `index` into TunnelStates.
struct TunnelChanged {
  std::size_t index = 0;
  bool came_or_went = false;  ///< it is up now, or is not any more
};
/// Kernel, charon or nftables may have to change: desired state is to be computed again.
struct Reconcile {};
using Action = std::variant<InitiateIke, TerminateIke, RekeyIke, TunnelRepaired, PokeWireGuard,
                            RenewPeer, TunnelChanged, Reconcile>;
using Actions = std::vector<Action>;

/// `tunnels` is that of `board`: this is who writes it. Never throws on any order of events; one
/// that fits no tunnel is ignored.
[[nodiscard]] Actions step(TunnelStates& tunnels, const Board& board, const Event& event,
                           Instant now);

/// When the next Tick is due; nullopt: only events matter.
[[nodiscard]] std::optional<Instant> next_deadline(const TunnelStates& tunnels);

}  // namespace kaido
