// The sites, what each claims, and when it is silent.
#include <utility>

#include "reflector/session_parts.hpp"

namespace kaido::reflector {
namespace {

using std::chrono::milliseconds;

milliseconds hold_of(const stamp::Claim& claim) {
  if (claim.hold == 0) return Sessions::kHoldUnsaid;
  return std::max<milliseconds>(milliseconds(claim.hold), Sessions::kLeastHold);
}

bool newer(const stamp::Claim& a, const stamp::Claim& b) {
  return std::pair(a.epoch, a.generation) > std::pair(b.epoch, b.generation);
}

}  // namespace

Sessions::Index Sessions::site_of(const Arrival& arrival, const stamp::Probe& probe, Instant now) {
  const SiteTable::Key key{word_at(arrival.source, 0)};
  const auto index = sites_.find(key);
  if (index != kNone || (!probe.claim && probe.room == 0) || !make_room_for_site(now)) return index;
  return sites_.insert(key, Rank::stranger);
}

bool Sessions::make_room_for_site(Instant now) {
  if (!sites_.full()) return true;
  // A stranger that is silent, or whose claim kaidod has seen and not applied.
  if (const auto index = sites_.oldest(Rank::stranger); index != kNone) {
    const auto& site = sites_[index];
    if (!site.present || (site.told_kind == Told::claim && now - site.told_at > 2 * kRetell)) {
      erase_site(index);
      return true;
    }
  }
  if (const auto index = sites_.oldest(Rank::known);
      index != kNone && now - sites_[index].heard > kSiteIdle) {
    erase_site(index);
    return true;
  }
  return false;
}

void Sessions::erase_site(Index index) {
  if (const auto scheduled = sites_[index].scheduled) deadlines_.erase({*scheduled, index});
  sites_.erase(index);  // a place in the queue stays: what comes next under this index decides
}

void Sessions::hear_path(Site& site, PathName name, std::uint32_t sequence, Instant now) {
  auto at = std::ranges::find(site.paths, name, &Path::name);
  if (at == site.paths.end()) {
    if (site.paths.size() < stamp::kMaximumEntries) {
      at = site.paths.emplace(at);
    } else {
      at = std::ranges::min_element(site.paths, {}, &Path::heard);
    }
    at->name = name;
  }
  at->heard = now;
  at->sequence = sequence;
}

/// Whether this claim takes the place of the one that waits to be told.
bool Sessions::overtakes(const Site& site, const Arrival& arrival, const stamp::Claim& claim) {
  if (!site.present || !needs_word(site)) return true;
  if (site.held && !site.latest.came_like(arrival)) return !site.told.came_like(arrival);
  // A newer one that kaidod has not been told of yet is not replaced by one that it overtook.
  return site.again || !newer(site.latest.claim, claim);
}

/// What was told is not in force: it is told once more now and then.
bool Sessions::is_due_again(const Site& site, const Arrival& arrival, Instant now) {
  if (site.told_kind != Told::claim) return false;
  const milliseconds first = site.told.came_like(arrival) ? kRetell : kRetellMoved;
  if (now - site.told_at >= first * (1 << site.retold)) return true;
  const auto forgotten = site.applied_heard + kForgotten;
  return site.applied.epoch != 0 && now >= forgotten && site.told_at < forgotten;
}

void Sessions::hear_claim(Index index, const Arrival& arrival, const stamp::Probe& probe,
                          Instant now) {
  if (!probe.claim) return;
  auto& site = sites_[index];
  const auto& claim = *probe.claim;
  if (overtakes(site, arrival, claim))
    site.latest = {.claim = claim,
                   .hmac = probe.hmac,
                   .sequence = probe.sequence,
                   .room = probe.room,
                   .source = arrival.source,
                   .interface = arrival.interface};
  site.present = true;
  if (is_same_word(claim, site.applied)) {
    site.applied_heard = now;
  } else {
    site.again |= is_due_again(site, arrival, now);
  }
  if (needs_word(site)) queue(index);
  // Later deadlines are found when the one in place comes up; only an earlier one is put in at
  // once.
  if (!site.scheduled || now + hold_of(site.latest.claim) < *site.scheduled) schedule(index);
}

std::optional<Instant> Sessions::deadline(const Site& site) {
  std::optional<Instant> due;
  if (site.present) due = site.heard + hold_of(site.latest.claim);
  if (site.held) due = due ? std::min(*due, word_due(site)) : word_due(site);
  return due;
}

void Sessions::schedule(Index index) {
  auto& site = sites_[index];
  const auto due = deadline(site);
  if (site.scheduled) {
    auto node = deadlines_.extract({*site.scheduled, index});
    if (due) {
      node.value().first = *due;
      deadlines_.insert(std::move(node));
    }
  } else if (due) {
    deadlines_.emplace(*due, index);
  }
  site.scheduled = due;
}

void Sessions::expire(Instant now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto index = deadlines_.begin()->second;
    auto& site = sites_[index];
    if (site.held && word_due(site) <= now) site.held = false;
    if (site.present && site.heard + hold_of(site.latest.claim) <= now) {
      site.present = false;
      site.again = false;
    }
    if (needs_word(site)) queue(index);
    schedule(index);
  }
}

std::optional<Instant> Sessions::next_deadline() const {
  if (deadlines_.empty()) return {};
  return deadlines_.begin()->first;
}

}  // namespace kaido::reflector
