// The nonces that clients sign: which were given out, to whom.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// In memory only. Each counts once, for a minute, for the source that it was given to. Where there
/// is no room the oldest one of the source that has most gives way: whoever asks for many loses
/// their own.
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
  };
  using Place = std::list<Given>::iterator;

  void remove(Place place);
  void forget_old(Instant now);

  std::list<Given> given_;  ///< the oldest first
  std::map<std::string, Place, std::less<>> by_nonce_;
  std::map<std::string, std::vector<Place>, std::less<>> by_source_;  ///< the oldest first
  std::set<std::pair<std::size_t, std::string>> by_count_;            ///< of each source
};

}  // namespace kaido
