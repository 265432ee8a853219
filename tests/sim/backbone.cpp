#include "backbone.hpp"

namespace kaido::sim {

Word Backbone::truth(std::size_t observer, std::size_t hub) const {
  const bool heard = alive_.at(hub) && (observer == kCore || !apart_.at(observer).at(hub));
  return heard ? words_.at(hub) : Word::none;
}

Backbone::NewsList Backbone::tell(std::size_t hub, Duration delay, Instant now) const {
  NewsList list;
  for (std::size_t observer = 0; observer <= kHubs; ++observer) {
    if (observer != hub) {
      list.at(observer) = News{now + delay, observer, hub};
    }
  }
  return list;
}

Backbone::NewsList Backbone::announce(std::size_t hub, Word word, Instant now) {
  if (words_.at(hub) == word) {
    return {};
  }
  words_.at(hub) = word;
  return tell(hub, convergence_, now);
}

Backbone::NewsList Backbone::alive(std::size_t hub, bool alive, Instant now) {
  alive_.at(hub) = alive;
  words_.at(hub) = Word::none;
  return tell(hub, alive ? convergence_ : kBfd, now);
}

Backbone::NewsList Backbone::partition(std::size_t one, std::size_t other, bool apart,
                                       Instant now) {
  apart_.at(one).at(other) = apart_.at(other).at(one) = apart;
  NewsList list;
  const auto delay = apart ? kBfd : convergence_;
  list[0] = News{now + delay, one, other};
  list[1] = News{now + delay, other, one};
  return list;
}

// What is true when the news arrives counts: later news follow in any case.
void Backbone::arrive(std::size_t observer, std::size_t hub) {
  seen_.at(observer).at(hub) = truth(observer, hub);
}

std::optional<std::size_t> Backbone::best(std::size_t observer, Word least) const {
  for (const auto word : {Word::outranks, Word::fresh, Word::stale}) {
    for (std::size_t hub = 0; word >= least && hub < kHubs; ++hub) {
      if (hub != observer && seen_.at(observer).at(hub) == word) {
        return hub;
      }
    }
  }
  return std::nullopt;
}

Backbone::Way Backbone::follow(std::size_t node, const std::array<bool, kHubs>& delivers) const {
  std::array<bool, kHubs + 1> visited{};
  while (true) {
    if (visited.at(node)) {
      return {.hub = std::nullopt, .loop = true};
    }
    visited.at(node) = true;
    if (node != kCore && !alive_.at(node)) {
      return {};
    }
    const Word own = node == kCore ? Word::none : words_.at(node);
    if (node != kCore && delivers.at(node) && own != Word::stale) {
      return {.hub = node};
    }
    const auto next = best(node, own == Word::stale ? Word::fresh : Word::stale);
    if (!next && node != kCore && delivers.at(node)) {
      return {.hub = node};
    }
    if (!next || (node != kCore && apart_.at(node).at(*next))) {
      return {};
    }
    node = *next;
  }
}

Backbone::Way Backbone::resolve(const std::array<bool, kHubs>& delivers) const {
  Way way = follow(kCore, delivers);
  for (std::size_t hub = 0; hub < kHubs; ++hub) {
    way.loop = way.loop || follow(hub, delivers).loop;
  }
  return way;
}

}  // namespace kaido::sim
