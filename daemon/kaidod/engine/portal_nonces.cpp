#include "engine/portal_nonces.hpp"

#include <algorithm>
#include <iterator>

namespace kaido {

void PortalNonces::add(std::string nonce, std::string source, Instant now) {
  forget_old(now);
  if (by_nonce_.contains(nonce)) return;
  if (const auto own = by_source_.find(source);
      own != by_source_.end() && own->second.size() >= kMostOfSource)
    remove(own->second.front());
  if (given_.size() >= kMost) remove(by_rank_.rbegin()->oldest);
  given_.push_back({.nonce = std::move(nonce),
                    .source = std::move(source),
                    .until = now + kLife,
                    .number = ++given_so_far_});
  const auto place = std::prev(given_.end());
  by_nonce_.emplace(place->nonce, place);
  auto& own = by_source_[place->source];
  if (!own.empty()) by_rank_.erase(rank_of(own));
  own.push_back(place);
  by_rank_.insert(rank_of(own));
}

bool PortalNonces::take(std::string_view nonce, std::string_view source, Instant now) {
  forget_old(now);
  const auto known = by_nonce_.find(nonce);
  if (known == by_nonce_.end()) return false;
  const auto place = known->second;
  const bool counts = place->source == source;
  remove(place);
  return counts;
}

void PortalNonces::remove(Place place) {
  const auto found = by_source_.find(place->source);
  auto& own = found->second;
  by_rank_.erase(rank_of(own));
  own.erase(std::ranges::find(own, place));
  if (own.empty())
    by_source_.erase(found);
  else
    by_rank_.insert(rank_of(own));
  by_nonce_.erase(place->nonce);
  given_.erase(place);
}

void PortalNonces::forget_old(Instant now) {
  while (!given_.empty() && given_.front().until <= now) remove(given_.begin());
}

}  // namespace kaido
