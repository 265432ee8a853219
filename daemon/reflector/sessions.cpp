// One probe: its session, its site, its answer.
#include "reflector/session_parts.hpp"

namespace kaido::reflector {
namespace {

/// All but the source's address. Our own addresses differ in their last bytes.
std::uint64_t session_word(const Arrival& arrival, const stamp::Probe& probe) {
  std::uint32_t own = 0;
  std::memcpy(&own, arrival.destination.data() + arrival.destination.size() - sizeof(own),
              sizeof(own));
  return std::uint64_t{own} << 32 | std::uint64_t{probe.ssid} << 16 | arrival.port;
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
