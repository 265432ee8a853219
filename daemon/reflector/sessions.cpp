#include "reflector/sessions.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace kaido::reflector {
namespace {

using std::chrono::milliseconds;

std::uint64_t word_at(const std::array<std::uint8_t, 16>& address, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, address.data() + at, sizeof(word));
  return word;
}

/// All but the source's address. Our own addresses differ in their last bytes.
std::uint64_t session_word(const Arrival& arrival, const stamp::Probe& probe) {
  std::uint32_t own = 0;
  std::memcpy(&own, arrival.destination.data() + arrival.destination.size() - sizeof(own),
              sizeof(own));
  return std::uint64_t{own} << 32 | std::uint64_t{probe.ssid} << 16 | arrival.port;
}

milliseconds hold_of(const stamp::Claim& claim) {
  if (claim.hold == 0) return Sessions::kHoldUnsaid;
  return std::max<milliseconds>(milliseconds(claim.hold), Sessions::kLeastHold);
}

bool newer(const stamp::Claim& a, const stamp::Claim& b) {
  return std::pair(a.epoch, a.generation) > std::pair(b.epoch, b.generation);
}

/// What a change of generation is for; all else may change without one.
bool is_same_word(const stamp::Claim& a, const stamp::Claim& b) {
  return a.epoch == b.epoch && a.generation == b.generation && a.hub == b.hub &&
         a.transport == b.transport && a.slot == b.slot && a.carries == b.carries;
}

std::uint16_t milliseconds_since(Instant then, Instant now) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint16_t>::max();
  const auto age = std::chrono::duration_cast<milliseconds>(now - then).count();
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(age, 0, kMost));
}

}  // namespace

Sessions::Sessions(const Seed& seed, const Limits& limits)
    : limits_(limits),
      sessions_(limits.sessions, seed),
      sites_(limits.sites, seed),
      words_(limits.sites),
      queued_(limits.sites) {}

void Sessions::answer(const Arrival& arrival, const stamp::Probe& probe, Instant now,
                      stamp::Reply& reply) {
  const auto path = path_name(arrival.source);
  const auto [session, index] = find(arrival, path.has_value(), probe, now);
  reply.sequence = session == kNone ? probe.sequence : sessions_[session].sequence++;
  reply.kaido = true;
  reply.applied_epoch = 0;
  reply.applied_generation = 0;
  reply.heard.clear();
  if (index == kNone || !path) return;
  auto& site = sites_[index];
  site.heard = now;
  hear_path(site, *path, probe.sequence, now);
  hear_claim(index, arrival, probe, now);
  reply.applied_epoch = site.applied.epoch;
  reply.applied_generation = site.applied.generation;
  tell_paths(site, probe.room, now, reply);
}

void Sessions::tell_paths(const Site& site, std::size_t room, Instant now, stamp::Reply& reply) {
  const auto count = std::min(room, site.paths.size());
  // Without room for all of them the replies take turns.
  auto at = count == site.paths.size() ? 0 : reply.sequence * count % site.paths.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto& path = site.paths[at];
    reply.heard.push_back({.transport = path.name.transport,
                           .slot = path.name.slot,
                           .age = milliseconds_since(path.heard, now),
                           .sequence = path.sequence});
    if (++at == site.paths.size()) at = 0;
  }
}

std::optional<Sessions::PathName> Sessions::path_name(const std::array<std::uint8_t, 16>& source) {
  const bool middle_is_zero =
      std::all_of(source.begin() + 8, source.begin() + 13, [](auto byte) { return byte == 0; });
  const auto transport = source[13];
  const auto slot = source[15];
  const bool is_transport = transport >= 1 && transport <= stamp::kMaximumTransport;
  if (!middle_is_zero || !is_transport || source[14] != 0 || slot == 0) return {};
  return PathName{.transport = transport, .slot = slot};
}

// --- sites ---

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

// --- kaidod ---

bool Sessions::needs_word(const Site& site) {
  if (!site.present) return site.told_kind == Told::claim;
  return site.told_kind != Told::claim || site.again || site.latest.claim != site.told.claim;
}

void Sessions::queue(Index index) {
  if (!connected_ || queued_[index] != 0 || sites_[index].held) return;
  queued_[index] = 1;
  words_[(first_word_ + word_count_++) % words_.size()] = index;
}

void Sessions::connected() {
  disconnected();
  connected_ = true;
  sites_.for_each([this](Index index) {
    auto& site = sites_[index];
    site.told_kind = Told::nothing;
    site.again = false;
    site.held = false;  // of another kaidod
    site.words_paid = {};
    if (site.present) queue(index);
  });
}

void Sessions::disconnected() {
  connected_ = false;
  word_count_ = 0;
  std::ranges::fill(queued_, std::uint8_t{0});
}

std::optional<Message> Sessions::next_word(Instant now) {
  for (; word_count_ > 0; first_word_ = (first_word_ + 1) % words_.size(), --word_count_) {
    const auto index = words_[first_word_];
    auto& site = sites_[index];
    const bool needed = needs_word(site);
    if (needed && word_due(site) <= now) return word(index, now);
    queued_[index] = 0;
    site.held = needed;
    if (needed) schedule(index);
  }
  return {};
}

Message Sessions::word(Index index, Instant now) const {
  const auto& site = sites_[index];
  Message message;
  message.kind = site.present ? Kind::claim : Kind::silent;
  std::memcpy(message.site.data(), sites_.key(index).data(), message.site.size());
  if (!site.present) return message;
  const auto& [claim, hmac, sequence, room, source, interface] = site.latest;
  message.interface = interface;
  message.source = source;
  message.epoch = claim.epoch;
  message.generation = claim.generation;
  message.hub = claim.hub;
  message.transport = claim.transport;
  message.slot = claim.slot;
  message.size = claim.size;
  message.hold = claim.hold;
  message.carries = claim.carries ? 1 : 0;
  message.fragments = claim.fragments ? 1 : 0;
  message.outranks = claim.outranks ? 1 : 0;
  message.sequence = sequence;
  message.room = room;
  message.sealed = hmac ? 1 : 0;
  if (hmac) message.hmac = *hmac;
  if (site.applied.epoch == 0) return message;
  message.in_force_epoch = site.applied.epoch;
  message.in_force_generation = site.applied.generation;
  message.unheard = milliseconds_since(site.applied_heard, now);
  return message;
}

void Sessions::told(Instant now) {
  if (word_count_ == 0) return;
  const auto index = words_[first_word_];
  auto& site = sites_[index];
  site.told_kind = site.present ? Told::claim : Told::silent;
  const bool same = site.latest.claim == site.told.claim;
  site.retold = site.again && same ? std::min(site.retold + 1, kMostDoublings) : 0;
  site.told = site.latest;
  site.told_at = now;
  site.again = false;
  site.words_paid = std::max(site.words_paid, now) + kWordEach;
  queued_[index] = 0;
  first_word_ = (first_word_ + 1) % words_.size();
  --word_count_;
}

void Sessions::hear_kaidod(const Message& message, Instant now) {
  if (message.kind != Kind::applied) return;
  SiteTable::Key key{};
  std::memcpy(key.data(), message.site.data(), message.site.size());
  auto index = sites_.find(key);
  if (index == kNone) {
    if (sites_.full()) return;
    index = sites_.insert(key, Rank::known);
  }
  auto& site = sites_[index];
  site.known = true;
  const stamp::Claim applied{.epoch = message.epoch,
                             .generation = message.generation,
                             .hub = message.hub,
                             .transport = message.transport,
                             .slot = message.slot,
                             .carries = message.carries != 0};
  // Whether it was heard lately is not known of one that was not in force here.
  if (!is_same_word(applied, site.applied)) site.applied_heard = now;
  site.applied = applied;
}

// --- sessions ---

Sessions::Found Sessions::find(const Arrival& arrival, bool from_site, const stamp::Probe& probe,
                               Instant now) {
  const SessionTable::Key key{word_at(arrival.source, 0), word_at(arrival.source, 8),
                              session_word(arrival, probe)};
  Found found{.session = sessions_.find(key), .site = kNone};
  // A session remembers its site, which may have been forgotten meanwhile.
  if (found.session != kNone) found.site = sessions_[found.session].site;
  if (!sites_.holds(found.site, {key[0]}))
    found.site = from_site ? site_of(arrival, probe, now) : kNone;
  const auto rank = found.site != kNone && sites_[found.site].known ? Rank::known : Rank::stranger;
  if (found.site != kNone) sites_.touch(found.site, rank);
  if (found.session == kNone) {
    found.session = new_session(key, found.site, rank, now);
  } else {
    sessions_.touch(found.session, rank);
  }
  if (found.session == kNone) {
    ++stateless_;
    return found;
  }
  auto& session = sessions_[found.session];
  session.heard = now;
  session.site = found.site;
  return found;
}

Sessions::Index Sessions::new_session(const SessionTable::Key& key, Index site, Rank rank,
                                      Instant now) {
  forget_idle_sessions(now);
  const bool allowed = site == kNone || sites_[site].sessions < limits_.sessions_per_site;
  if (!allowed || !make_room_for_session(rank, now)) return kNone;
  if (site != kNone) ++sites_[site].sessions;
  return sessions_.insert(key, rank);
}

bool Sessions::make_room_for_session(Rank rank, Instant now) {
  if (!sessions_.full()) return true;
  auto victim = sessions_.oldest(Rank::stranger);
  if (rank == Rank::known) {
    if (victim == kNone) victim = sessions_.oldest(Rank::known);
  } else if (victim == kNone || now - sessions_[victim].heard < kEvictable) {
    return false;
  }
  erase_session(victim);
  return true;
}

void Sessions::forget_idle_sessions(Instant now) {
  constexpr int kAtOnce = 4;  // more than come in, and never a long stop
  for (const auto rank : {Rank::stranger, Rank::known}) {
    for (int i = 0; i < kAtOnce; ++i) {
      const auto index = sessions_.oldest(rank);
      if (index == kNone || now - sessions_[index].heard < kSessionIdle) break;
      erase_session(index);
    }
  }
}

void Sessions::erase_session(Index index) {
  // The site of a session is the first word of its key; it may have been forgotten meanwhile.
  const auto& key = sessions_.key(index);
  std::array<std::uint8_t, 16> source{};
  std::memcpy(source.data(), key.data(), source.size());
  if (path_name(source)) {
    if (const auto site = sites_.find({key[0]}); site != kNone && sites_[site].sessions > 0)
      --sites_[site].sessions;
  }
  sessions_.erase(index);
}

}  // namespace kaido::reflector
