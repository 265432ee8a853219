// What was sent on one path and not yet answered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/tunnel.hpp"

namespace kaido::stamp_prober {

/// A ring of the newest probes: at 10 ms between them it remembers five seconds. Pure.
class Ledger {
 public:
  struct Sent {
    Instant at;
    std::uint32_t sequence = 0;
    std::uint16_t size = 0;  ///< of the whole inner packet
    bool echo = false;
  };
  static constexpr std::size_t kSize = 512;

  void record(const Sent& sent) { ring_[sent.sequence % kSize] = {sent, true}; }
  /// The probe that this sequence answers, once; nullopt when it was never sent, was answered
  /// before, is too old, or was a probe of the other sort.
  std::optional<Sent> take(std::uint32_t sequence, bool echo) {
    auto& entry = ring_[sequence % kSize];
    if (!entry.outstanding || entry.sent.sequence != sequence || entry.sent.echo != echo)
      return std::nullopt;
    entry.outstanding = false;
    return entry.sent;
  }

 private:
  struct Entry {
    Sent sent;
    bool outstanding = false;
  };
  std::array<Entry, kSize> ring_{};
};

}  // namespace kaido::stamp_prober
