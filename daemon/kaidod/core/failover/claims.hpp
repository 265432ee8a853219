// A hub's side: which claim of each site holds, and so where its packets go. Pure.
//
//   newest wins   by (epoch, generation); an equal pair with other content changes nothing (a tie
//   is the
//                 site's mistake, and the first one heard stays)
//   own paths     a claim counts only from the inner address and the interface of one of the site's
//   slots silence       no probe on any path for the claim's hold time: the site is away, its
//   prefixes are
//                 withdrawn from table 210, so that another hub that hears it wins
//   departure     a claim that no longer carries: withdrawn at once, but packets that still come
//   are
//                 delivered for kGrace (new before old)
//   partition     two hubs may both hold claims that carry; each announces, the routing protocol
//   between
//                 hubs prefers by its own rules, and either has a working path: it heard it moments
//                 ago
//   replay        an older epoch is refused, until the site has been silent for kForget (a site
//   whose
//                 state and clock were lost comes back)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/tunnel.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

inline constexpr auto kGrace = std::chrono::seconds(5);
inline constexpr auto kForget = std::chrono::seconds(60);

struct SiteClaim {
  std::optional<stamp::Claim> claim;  ///< the newest
  bool present = false;               ///< probes come
  Instant heard;
  Instant silent_since;
  std::optional<Instant> grace;  ///< deliver until then, though it no longer carries
};

enum class ClaimVerdict : std::uint8_t { applied, unchanged, older, tie, other_hub };

struct ClaimsState {
  std::uint16_t own_number = 0;  ///< the hub's gateway number
  std::vector<SiteClaim> sites;  ///< one for each of Model::sites
};

/// The source has been checked by the caller (core knows neither interfaces nor packets).
ClaimVerdict hear(ClaimsState& state, std::size_t site, const stamp::Claim& claim, Instant now);
/// True: it was present until now.
bool silence(ClaimsState& state, std::size_t site, Instant now);
/// Ends graces; true: one has ended.
bool tick(ClaimsState& state, Instant now);
[[nodiscard]] std::optional<Instant> next_deadline(const ClaimsState& state);

struct Return {
  bool own = false;       ///< the site's own addresses go by the claimed path
  bool deliver = false;   ///< and its prefixes
  bool announce = false;  ///< and other routers are told (table 210)
};
[[nodiscard]] Return return_route(const SiteClaim& claim, Instant now);

}  // namespace kaido
