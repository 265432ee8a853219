// A hub's side: which claim of each site holds, and so where its packets go. Pure.
//
//   newest wins  by (epoch, generation); an equal pair with other content changes nothing (a tie is
//                the site's mistake, and the first one heard stays)
//   own paths    a claim counts only from the inner address and the interface of one of the site's
//                slots
//   silence      no probe on any path for the claim's hold time. Either the site cannot reach this
//                hub, and another hub hears it, or nobody hears it because it is slow or its kaidod
//                is away, and its tunnels work. So its prefixes linger while the claimed tunnel
//                lives: still delivered, and told to other routers as the last resort (`stale`)
//   deaf         while our reflector is away everybody lingers
//   adoption     what the kernel had for a site when our kaidod started stands for its claim; when
//                nobody speaks for it soon, that is a silence
//   departure    a claim that no longer carries: for kGrace packets that still come are delivered,
//                and other routers told, as the last resort (new before old); then withdrawn
//   unheard      a site that left a dead path of one hub for another hub, and was not heard there,
//                says so here: this hub outranks the others until it is (the other's kaidod, its
//                reflector or its carriers may be dead, and its routes live on)
//   partition    two hubs may both hold claims that carry; each announces, the routing protocol
//                between hubs prefers by its own rules, and either has a working path: it heard it
//                moments ago
//   replay       an older epoch or generation is refused, and so is a tie, as long as the claim in
//                force is heard: it rides on every probe. Has it not been for kForget while others
//                come (the reflector says so), then it is forgotten and theirs counts: the site's
//                state and clock were lost, or what is in force was never the site's word
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/tunnels/tunnel.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

inline constexpr auto kGrace = std::chrono::seconds(5);
/// The slowest probing of a path in use is every 1.25 s; what is poisoned heals within 10 s.
inline constexpr auto kForget = std::chrono::seconds(8);
/// A site that lives is heard within this time after our start, or our reflector's.
inline constexpr auto kSpeaksUp = std::chrono::seconds(2);

struct SiteClaim {
  std::optional<stamp::Claim> claim;  ///< the newest; of epoch 0: adopted
  bool present = false;               ///< probes come
  Instant silent_since;
  std::optional<Instant> grace;  ///< deliver until then, though it no longer carries
};

enum class ClaimVerdict : std::uint8_t { applied, unchanged, older, tie, other_hub };

struct ClaimsState {
  std::uint16_t own_number = 0;  ///< the hub's gateway number
  std::vector<SiteClaim> sites;  ///< one for each of Model::sites
};

/// The source has been checked by the caller (core knows neither interfaces nor packets).
/// `unheard`: for so long the reflector has not heard the claim that is in force; 0: it is not
/// known.
ClaimVerdict hear(ClaimsState& state, std::size_t site, const stamp::Claim& claim, Duration unheard,
                  Instant now);
/// True: it was present until now.
bool silence(ClaimsState& state, std::size_t site, Instant now);
/// Our reflector has gone, and nobody is heard, or is back.
void set_deaf(ClaimsState& state, bool deaf, Instant now);
/// `claim` is what the kernel's routes say. `fresh`: other routers knew of it as of a site that is
/// heard; it stays so for kSpeaksUp, which the caller measures, until silence_unheard().
void adopt(ClaimsState& state, std::size_t site, stamp::Claim claim, bool fresh, Instant now);
/// Adopted, and not heard since.
void silence_unheard(ClaimsState& state, Instant now);
/// Ends graces; true: one has ended.
bool tick(ClaimsState& state, Instant now);
[[nodiscard]] std::optional<Instant> next_deadline(const ClaimsState& state);

struct Return {
  bool own = false;       ///< the site's own addresses go by the claimed path
  bool deliver = false;   ///< and its prefixes
  bool announce = false;  ///< and other routers are told (table 210)
  bool stale = false;     ///< lingering: they are told, but as the last resort only
  bool outranks = false;  ///< they are told to prefer this hub to all others
};
/// `over`: the claimed tunnel has no session any more (Tunnel::over).
[[nodiscard]] Return return_route(const SiteClaim& claim, bool over, Instant now);

}  // namespace kaido
