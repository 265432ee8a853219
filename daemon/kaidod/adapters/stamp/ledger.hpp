// What was sent on one path and not yet answered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/tunnels/tunnel.hpp"

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
  static constexpr std::size_t kEchoes = 64;

  void record(const Sent& sent) { entry(sent.sequence, sent.echo) = {sent, true}; }
  /// The probe that this sequence answers, once; nullopt when it was never sent, was answered
  /// before, is too old, or was a probe of the other sort.
  std::optional<Sent> take(std::uint32_t sequence, bool echo) {
    auto& found = entry(sequence, echo);
    if (!found.outstanding || found.sent.sequence != sequence) return std::nullopt;
    found.outstanding = false;
    return found.sent;
  }

 private:
  struct Entry {
    Sent sent;
    bool outstanding = false;
  };
  /// A witness is asked under the sequence of the probe that it stands beside.
  Entry& entry(std::uint32_t sequence, bool echo) {
    return echo ? echoes_[sequence % kEchoes] : ring_[sequence % kSize];
  }

  std::array<Entry, kSize> ring_{};
  std::array<Entry, kEchoes> echoes_{};
};

}  // namespace kaido::stamp_prober
