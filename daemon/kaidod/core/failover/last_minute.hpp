// Losses and delay of one path over the last minute.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// The last minute, second by second: losses of the round trip and of each direction, and delay. A
/// probe belongs to the second in which it was sent.
class LastMinute {
 public:
  static constexpr std::size_t kSeconds = 60;
  /// A probe without an answer after this long is lost.
  static constexpr auto kOverdue = std::chrono::seconds(1);

  void sent(Instant now);
  /// An answer that comes more than a minute after its probe changes nothing.
  void answered(Instant sent_at, Duration round_trip);
  /// Between two answers `probes` were sent, `arrived` of them reached the reflector, one came
  /// back.
  void directions(Instant now, std::uint32_t probes, std::uint32_t arrived);
  /// The path is not to blame for what was lost since then.
  void forget(Instant since);

  struct Count {
    std::uint32_t sent = 0;
    std::uint32_t lost = 0;
    [[nodiscard]] double share() const {
      return sent == 0 ? 0.0 : static_cast<double>(lost) / sent;
    }
  };
  /// Probes of the last `seconds` (at most kSeconds) that are old enough to be judged.
  [[nodiscard]] Count round_trip(Instant now, std::size_t seconds = kSeconds) const;
  [[nodiscard]] Count upload(Instant now, std::size_t seconds = kSeconds) const;
  [[nodiscard]] Count download(Instant now, std::size_t seconds = kSeconds) const;

  struct Sample {
    double loss = 0;   ///< a share, 0 to 1
    Duration delay{};  ///< mean round trip; 0: no answer
  };
  /// One second, `ago` seconds before the last that can be judged. nullopt: nothing was sent then.
  [[nodiscard]] std::optional<Sample> sample(Instant now, std::size_t ago) const;

 private:
  struct Second {
    std::int64_t number = -1;
    std::uint16_t sent = 0;
    std::uint16_t answered = 0;
    std::uint16_t up_sent = 0;
    std::uint16_t up_arrived = 0;
    std::uint16_t down_sent = 0;
    std::uint16_t down_arrived = 0;
    std::uint32_t delay_us = 0;  ///< sum
  };
  Second& second(Instant at);
  template <typename Add>
  [[nodiscard]] Count sum(Instant now, std::size_t seconds, Add add) const;
  std::array<Second, kSeconds + 4> seconds_{};
};

}  // namespace kaido
