// A hub's side: which claim of each site is in force, and so where the site's packets go. Pure.
//
//   newest wins  by (epoch, generation). An equal pair with other content changes nothing: a tie is
//                the site's mistake, and the claim that came first stays
//   own paths    a claim counts only from the inner address and the interface of one of the site's
//                slots
//   silence      no probe on any path for the claim's hold time. Either the site cannot reach this
//                hub, and another hub receives its probes. Or no hub receives them, because the
//                site is slow or its kaidod is away, while its tunnels work. So its prefixes linger
//                while the claimed tunnel lives: still delivered, and announced to other routers as
//                the last resort (`stale`)
//   reflector    while our reflector is away every site lingers
//   adoption     what the kernel had for a site when our kaidod started stands for its claim. When
//                no probe comes soon, that is a silence
//   departure    a claim that does not carry any more. For kGrace packets that still come are
//                delivered, and the site is announced as the last resort (new before old). Then it
//                is withdrawn
//   outranking   a site left a dead path of one hub for this hub, and that hub has not acknowledged
//                it. The claim says so: this hub outranks the others until the other one
//                acknowledges (its kaidod, its reflector or its carriers may be dead, and its
//                routes live on)
//   partition    two hubs may both hold claims that carry. Each announces, the routing protocol
//                between hubs prefers one by its own rules, and either has a working path: it
//                received a probe moments ago
//   replay       an older epoch or generation is refused, and so is a tie, as long as the claim in
//                force keeps coming: it rides on every probe. When it has not come for kForget
//                while others come (the reflector says so), it is forgotten and the others count.
//                Either the site's state and clock were lost, or the claim in force never was the
//                site's
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/tunnels/tunnel.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

/// Packets of a site whose claim does not carry any more are delivered for this long.
inline constexpr auto kGrace = std::chrono::seconds(5);
/// The slowest probing of a path in use is every 1.25 s; a poisoned claim heals within 10 s.
inline constexpr auto kForget = std::chrono::seconds(8);
/// A site that lives sends a probe within this time after our start, or our reflector's.
inline constexpr auto kSpeaksUp = std::chrono::seconds(2);

struct SiteClaim {
  std::optional<stamp::Claim> claim;  ///< the newest; of epoch 0: adopted
  bool present = false;               ///< probes come
  Instant silent_since;
  std::optional<Instant> grace;  ///< deliver until then, though it does not carry any more
};

enum class ClaimVerdict : std::uint8_t { applied, unchanged, older, tie, other_hub };

struct ClaimsState {
  std::uint16_t own_number = 0;  ///< the hub's gateway number
  std::vector<SiteClaim> sites;  ///< one for each of Model::sites
};

/// A probe of the site came with this claim. The caller has checked its source (core knows neither
/// interfaces nor packets). `unheard`: how long the claim in force has not come; 0: not known.
ClaimVerdict apply_claim(ClaimsState& state, std::size_t site, const stamp::Claim& claim,
                         Duration unheard, Instant now);
/// No probe of the site comes any more. True: it was present until now.
bool mark_silent(ClaimsState& state, std::size_t site, Instant now);
/// Our reflector is away: no site's probes come.
void reflector_away(ClaimsState& state, Instant now);
/// Our reflector is back. Nothing that was missed meanwhile is a silence of a site.
void reflector_back(ClaimsState& state, Instant now);
/// `claim` is what the kernel's routes say. `fresh`: other routers knew the site as present. It
/// stays so for kSpeaksUp, which the caller measures, until mark_adopted_silent().
void adopt_claim(ClaimsState& state, std::size_t site, stamp::Claim claim, bool fresh, Instant now);
/// Sites whose claim was adopted, and of which no probe has come since, are silent.
void mark_adopted_silent(ClaimsState& state, Instant now);
/// Ends graces. True: one has ended.
bool end_graces(ClaimsState& state, Instant now);
/// When end_graces() has something to do next; nullopt: never.
[[nodiscard]] std::optional<Instant> next_deadline(const ClaimsState& state);

struct Return {
  bool own = false;       ///< the site's own addresses go by the claimed path
  bool deliver = false;   ///< and its prefixes
  bool announce = false;  ///< and other routers are told (table 210)
  bool stale = false;     ///< it lingers: other routers use this hub as the last resort
  bool outranks = false;  ///< other routers prefer this hub to all others
};
/// `tunnel_over`: the claimed tunnel has no session any more (Tunnel::over).
[[nodiscard]] Return return_route(const SiteClaim& claim, bool tunnel_over, Instant now);

}  // namespace kaido
