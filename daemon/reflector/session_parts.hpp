// What the files of Sessions share.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <limits>

#include "reflector/sessions.hpp"

namespace kaido::reflector {

inline std::uint64_t word_at(const std::array<std::uint8_t, 16>& address, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, address.data() + at, sizeof(word));
  return word;
}

/// What a change of generation is for; all else may change without one.
inline bool is_same_word(const stamp::Claim& a, const stamp::Claim& b) {
  return a.epoch == b.epoch && a.generation == b.generation && a.hub == b.hub &&
         a.transport == b.transport && a.slot == b.slot && a.carries == b.carries;
}

/// At most 65535.
inline std::uint16_t milliseconds_since(Instant then, Instant now) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint16_t>::max();
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - then).count();
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(age, 0, kMost));
}

}  // namespace kaido::reflector
