#include "portal/places.hpp"

#include <algorithm>
#include <utility>

namespace kaido::portal {
namespace {

constexpr std::uint8_t kSubnet = 64;  // bits: what one IPv6 client has at least

}  // namespace

std::optional<Places::Id> Places::take(const IpAddress& source, std::function<void()> close) {
  const auto whose = source.is_v4() ? Prefix(source) : Prefix(source, kSubnet);
  const auto count = std::ranges::count_if(
      places_, [&](const auto& place) { return place.second.source == whose; });
  if (std::cmp_greater_equal(count, limits_.connections_per_source) && !make_room(whose)) return {};
  if (places_.size() >= limits_.connections && !make_room({})) return {};
  places_[++last_] = {.source = whose, .since = ++changes_, .close = std::move(close)};
  return last_;
}

bool Places::make_room(const std::optional<Prefix>& source) {
  auto found = places_.end();
  for (auto at = places_.begin(); at != places_.end(); ++at) {
    const auto& place = at->second;
    if (place.state == State::served || (source && place.source != *source)) continue;
    if (found == places_.end() || place.since < found->second.since) found = at;
  }
  if (found == places_.end()) return false;
  const auto close = std::move(found->second.close);
  places_.erase(found);
  close();
  return true;
}

void Places::set(Id id, State state) {
  const auto at = places_.find(id);
  if (at == places_.end()) return;
  at->second.state = state;
  at->second.since = ++changes_;
}

void Places::leave(Id id) { places_.erase(id); }

}  // namespace kaido::portal
