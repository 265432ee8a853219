// When members of groups may be logged in, and until when a session lasts.
#include <algorithm>
#include <optional>

#include "core/session/decision.hpp"

namespace kaido::session {
namespace {

constexpr WallTime kMinute = 60;
constexpr WallTime kDay = 86400;
constexpr int kDaysOfWeek = 7;

/// Days since 1970, before it too.
WallTime day_of(WallTime local) {
  const auto day = local / kDay;
  return local % kDay < 0 ? day - 1 : day;
}

bool begins_on(const Hours& hours, WallTime day) {
  constexpr WallTime thursday = 3;  // 1970-01-01, Monday being 0
  const auto of_week = ((day + thursday) % kDaysOfWeek + kDaysOfWeek) % kDaysOfWeek;
  return ((static_cast<unsigned>(hours.days) >> static_cast<unsigned>(of_week)) & 1U) != 0;
}

/// The end of the window that `local` is in; itself: it is in none. One that began today or
/// yesterday: none is longer than a day.
WallTime end_of_window(const Hours& hours, WallTime local) {
  const auto today = day_of(local);
  for (const auto day : {today, today - 1}) {
    const auto from = day * kDay + hours.from * kMinute;
    const auto until = day * kDay + hours.until * kMinute + (hours.until > hours.from ? 0 : kDay);
    if (begins_on(hours, day) && local >= from && local < until) return until;
  }
  return local;
}

/// When these hours close; itself: they are closed. A window that begins as another ends goes on
/// with it, for as long as the longest session.
WallTime closing(const Hours& hours, WallTime local) {
  auto end = local;
  for (int window = 0; window <= kDaysOfWeek; ++window) {
    const auto later = end_of_window(hours, end);
    if (later == end) break;
    end = later;
  }
  return end;
}

/// When the last of the groups' hours closes; `local` itself: all are closed. nullopt: no hours
/// bind a member.
std::optional<WallTime> closing(WallTime local, const Settings& settings,
                                const std::vector<std::string>& groups) {
  std::optional<WallTime> last;
  for (const auto& group : settings.groups) {
    if (std::ranges::find(groups, group.name) == groups.end()) continue;
    if (!group.hours) return std::nullopt;
    last = std::max(last.value_or(local), closing(*group.hours, local));
  }
  return last;
}

/// The next time that the day comes to this minute, after `local`.
WallTime next(std::uint16_t minute, WallTime local) {
  const auto at = day_of(local) * kDay + minute * kMinute;
  return at > local ? at : at + kDay;
}

}  // namespace

WallTime session_end(WallTime now, std::int32_t utc_offset, const Settings& settings,
                     const std::vector<std::string>& groups) {
  const auto local = now + utc_offset;
  auto end = local + settings.session_minutes * kMinute;
  if (settings.session_end) end = std::min(end, next(*settings.session_end, local));
  if (const auto closed = closing(local, settings, groups)) end = std::min(end, *closed);
  return end - utc_offset;
}

bool within_hours(WallTime now, std::int32_t utc_offset, const Settings& settings,
                  const std::vector<std::string>& groups) {
  const auto local = now + utc_offset;
  const auto closed = closing(local, settings, groups);
  return !closed || *closed > local;
}

}  // namespace kaido::session
