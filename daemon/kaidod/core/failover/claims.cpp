#include "core/failover/claims.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace kaido {

namespace {

/// They differ only in what may change without another generation.
bool is_same(const stamp::Claim& claim, const stamp::Claim& other) {
  auto same = claim;
  same.size = other.size;
  same.fragments = other.fragments;
  same.outranks = other.outranks;
  same.hold = other.hold;
  return same == other;
}

/// Why `claim` may not replace the one in force; nullopt: it may.
std::optional<ClaimVerdict> objection(const stamp::Claim& claim, const stamp::Claim& in_force) {
  const auto age = [](const stamp::Claim& c) { return std::tuple(c.epoch, c.generation); };
  if (age(claim) < age(in_force)) return ClaimVerdict::older;
  if (age(claim) == age(in_force) && !is_same(claim, in_force)) return ClaimVerdict::tie;
  return std::nullopt;
}

}  // namespace

ClaimVerdict apply_claim(ClaimsState& state, std::size_t site, const stamp::Claim& claim,
                         Duration unheard, Instant now) {
  if (site >= state.sites.size() || claim.hub != state.own_number) return ClaimVerdict::other_hub;
  auto& entry = state.sites[site];
  const bool back = !entry.present;
  if (entry.claim) {
    const auto refused = objection(claim, *entry.claim);
    if (refused != ClaimVerdict::older) entry.present = true;
    if (refused && unheard < kForget) return *refused;
    // After a silence the same claim comes into force again.
    if (claim == *entry.claim) return back ? ClaimVerdict::applied : ClaimVerdict::unchanged;
    if (entry.claim->carries && !claim.carries) entry.grace = now + kGrace;
  }
  entry.present = true;
  if (claim.carries) entry.grace.reset();
  entry.claim = claim;
  return ClaimVerdict::applied;
}

bool mark_silent(ClaimsState& state, std::size_t site, Instant now) {
  if (site >= state.sites.size() || !state.sites[site].present) return false;
  auto& entry = state.sites[site];
  entry.present = false;
  entry.silent_since = now;
  entry.grace.reset();
  return true;
}

void reflector_away(ClaimsState& state, Instant now) {
  for (std::size_t site = 0; site < state.sites.size(); ++site) mark_silent(state, site, now);
}

void reflector_back(ClaimsState& state, Instant now) {
  for (auto& site : state.sites)
    if (!site.present) site.silent_since = now;
}

void adopt_claim(ClaimsState& state, std::size_t site, stamp::Claim claim, bool fresh,
                 Instant now) {
  claim.epoch = 0;  // every claim that comes is newer
  claim.generation = 0;
  claim.hub = state.own_number;
  state.sites.at(site) = {
      .claim = claim, .present = fresh, .silent_since = now, .grace = std::nullopt};
}

void mark_adopted_silent(ClaimsState& state, Instant now) {
  for (std::size_t site = 0; site < state.sites.size(); ++site)
    if (const auto& claim = state.sites[site].claim; claim && claim->epoch == 0)
      mark_silent(state, site, now);
}

bool end_graces(ClaimsState& state, Instant now) {
  bool ended = false;
  for (auto& site : state.sites) {
    if (site.grace && *site.grace <= now) {
      site.grace.reset();
      ended = true;
    }
  }
  return ended;
}

std::optional<Instant> next_deadline(const ClaimsState& state) {
  std::optional<Instant> next;
  const auto earliest = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  for (const auto& site : state.sites) {
    if (site.grace) earliest(*site.grace);
  }
  return next;
}

Return return_route(const SiteClaim& site, bool tunnel_over, Instant now) {
  if (!site.claim || site.claim->slot == 0) return {};
  const bool carries = site.claim->carries;
  const bool lingers = !site.present && carries && !tunnel_over;
  if (lingers) return {.own = true, .deliver = true, .stale = true};
  if (!site.present) return {};
  const bool grace = site.grace && now < *site.grace;
  return {.own = true,
          .deliver = carries || grace,
          .announce = carries,
          .stale = grace && !carries,
          .outranks = carries && site.claim->outranks};
}

}  // namespace kaido
