// The nonces that clients sign: which were given out, to whom.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// In memory only. Each counts once, for a minute, for the source that it was given to. Where there
/// is no room the oldest one of the source that has most gives way, and of several such sources the
/// oldest of all: whoever asks for many loses their own.
class PortalNonces {
 public:
  static constexpr std::size_t kMost = 10'000;
  static constexpr std::size_t kMostOfSource = 50;
  static constexpr std::chrono::seconds kLife{60};

  /// `source`: as session::source_of() writes it.
  void add(std::string nonce, std::string source, Instant now);
  /// Does it count? It is gone then, whatever the answer.
  [[nodiscard]] bool take(std::string_view nonce, std::string_view source, Instant now);
  [[nodiscard]] std::size_t size() const { return given_.size(); }

 private:
  struct Given {
    std::string nonce;
    std::string source;
    Instant until;
    std::uint64_t number = 0;  ///< each has a greater one than those before
  };
  using Place = std::list<Given>::iterator;
  /// How many a source has, and its oldest; of two that have as many the older one is greater.
  struct Rank {
    std::size_t count = 0;
    Place oldest;
    friend bool operator<(const Rank& a, const Rank& b) {
      return a.count != b.count ? a.count < b.count : a.oldest->number > b.oldest->number;
    }
  };

  [[nodiscard]] static Rank rank_of(const std::vector<Place>& own) {
    return {.count = own.size(), .oldest = own.front()};
  }
  void remove(Place place);
  void forget_old(Instant now);

  std::list<Given> given_;  ///< the oldest first
  std::map<std::string, Place, std::less<>> by_nonce_;
  std::map<std::string, std::vector<Place>, std::less<>> by_source_;  ///< the oldest first
  std::set<Rank> by_rank_;  ///< one of each source; the last gives way
  std::uint64_t given_so_far_ = 0;
};

}  // namespace kaido
