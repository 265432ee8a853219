#include "core/failover/claims.hpp"

#include <algorithm>
#include <tuple>

namespace kaido {

ClaimVerdict hear(ClaimsState& state, std::size_t site, const stamp::Claim& claim, Instant now) {
  if (site >= state.sites.size() || claim.hub != state.own_number) return ClaimVerdict::other_hub;
  auto& entry = state.sites[site];
  if (entry.claim && !entry.present && now - entry.silent_since > kForget) entry.claim.reset();
  if (entry.claim) {
    const auto age = [](const stamp::Claim& c) { return std::tuple(c.epoch, c.generation); };
    if (age(claim) < age(*entry.claim)) return ClaimVerdict::older;
    const bool back = !entry.present;
    entry.present = true;
    entry.lingers = false;
    entry.heard = now;
    if (age(claim) == age(*entry.claim)) {
      auto same = claim;  // what may change without another generation
      same.size = entry.claim->size;
      same.fragments = entry.claim->fragments;
      same.hold = entry.claim->hold;
      if (same != *entry.claim) return ClaimVerdict::tie;
      // Heard again after a silence: what it says is in force again.
      if (claim == *entry.claim) return back ? ClaimVerdict::applied : ClaimVerdict::unchanged;
    }
    if (entry.claim->carries && !claim.carries) entry.grace = now + kGrace;
  }
  entry.present = true;
  entry.lingers = false;
  entry.heard = now;
  if (claim.carries) entry.grace.reset();
  entry.claim = claim;
  return ClaimVerdict::applied;
}

bool silence(ClaimsState& state, std::size_t site, Instant now) {
  if (site >= state.sites.size() || !state.sites[site].present) return false;
  auto& entry = state.sites[site];
  entry.present = false;
  entry.lingers = entry.claim && entry.claim->carries;
  entry.silent_since = now;
  entry.grace.reset();
  return true;
}

void set_deaf(ClaimsState& state, bool deaf, Instant now) {
  state.deaf = deaf;
  for (std::size_t site = 0; site < state.sites.size(); ++site) {
    if (deaf) silence(state, site, now);
    if (!deaf && state.sites[site].lingers) state.sites[site].silent_since = now;
  }
}

bool tick(ClaimsState& state, Instant now) {
  bool ended = false;
  for (auto& site : state.sites) {
    if (site.grace && *site.grace <= now) {
      site.grace.reset();
      ended = true;
    }
    if (site.lingers && !state.deaf && site.silent_since + kLinger <= now) {
      site.lingers = false;
      ended = true;
    }
  }
  return ended;
}

std::optional<Instant> next_deadline(const ClaimsState& state) {
  std::optional<Instant> next;
  const auto take = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  for (const auto& site : state.sites) {
    if (site.grace) take(*site.grace);
    if (site.lingers && !state.deaf) take(site.silent_since + kLinger);
  }
  return next;
}

Return return_route(const SiteClaim& site, Instant now) {
  if (!site.claim || site.claim->slot == 0) return {};
  if (site.lingers) return {.own = true, .deliver = true, .stale = true};
  if (!site.present) return {};
  const bool grace = site.grace && now < *site.grace;
  const bool carries = site.claim->carries;
  return {
      .own = true, .deliver = carries || grace, .announce = carries, .stale = grace && !carries};
}

}  // namespace kaido
