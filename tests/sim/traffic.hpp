// User traffic, both ways, evaluated exactly: not sampled, but integrated over the world's
// timeline.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "network.hpp"

namespace kaido::sim {

/// Of one run; times in seconds.
struct Figures {
  std::string name;
  double hours = 0;
  std::array<double, 2> outage{};   ///< by direction: half of the packets or more are lost
  std::array<double, 2> size{};     ///< full-size packets vanish, small ones pass
  std::array<double, 2> quality{};  ///< the line in use is worse than the SLA, but no outage
  double longest = 0;               ///< outage in one piece, either direction
  std::uint64_t switches = 0;
  std::uint64_t false_switches = 0;
  std::uint64_t probes = 0;

  [[nodiscard]] double total_outage() const { return outage[0] + outage[1]; }
  Figures& operator+=(const Figures& other);
};

/// Which path the traffic takes is told as it changes; in between the world decides.
class Traffic {
 public:
  Traffic(const Network& network, const Sla& sla);
  void route(std::size_t direction, std::optional<std::size_t> path, Instant now);
  /// The largest packet that flows send on this path from now on.
  void size(std::size_t path, std::uint16_t size, Instant now);
  /// Nobody is hurt by an outage while nothing flows.
  void demand(bool flows, Instant now);
  void finish(Instant now);
  [[nodiscard]] std::optional<std::size_t> route(std::size_t direction) const {
    return ways_.at(direction).path;
  }
  /// Of both directions until the last change.
  [[nodiscard]] const Figures& figures() const { return figures_; }
  void trace(bool on) { trace_ = on; }

 private:
  struct Way {
    std::optional<std::size_t> path;
    Instant until;  ///< accounted so far
    Instant out_since;
    bool out = false;
  };
  void advance(std::size_t direction, Instant to);
  void account(std::size_t direction, Instant from, Instant to, double loss);
  View view_;
  Sla sla_;
  std::array<Way, 2> ways_{};
  std::vector<std::uint16_t> sizes_;
  bool flows_ = true;
  bool trace_ = false;
  Figures figures_;
};

}  // namespace kaido::sim
