// What must hold in every world, whatever happens; each check has a name.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "core/failover/actions.hpp"
#include "core/failover/state.hpp"
#include "network.hpp"

namespace kaido::sim {

enum class Invariant : std::uint8_t {
  one_path,       ///< never two paths in use for a network at one gateway
  not_worse,      ///< never a switch to a path known worse beyond the margin
  comes_home,     ///< after the last fault the preferred path is in use within the longest hold
  few_switches,   ///< switches are bounded by faults
  no_loop,        ///< between hubs
  not_our_fault,  ///< never all paths dropped because this machine was slow
  paced,          ///< never many bytes of probes at once
};
inline constexpr std::size_t kInvariants = 7;
[[nodiscard]] const char* to_string(Invariant invariant);

struct Violation {
  Invariant invariant{};
  Instant at;
  std::string what;
};

/// Watches one site's core from outside, by what its header promises.
class Watch {
 public:
  /// Costs that differ by less are equal: absolute and relative, as the core's README says.
  static constexpr double kMarginMs = 10;
  static constexpr double kMarginShare = 0.2;
  /// What the path in use at the end may take longer than the shortest: both margins, and the cost
  /// of a transport.
  static constexpr double kHomeMs = 30;
  /// By when the preferred path has to be in use: the longest hold (an hour), and five minutes to
  /// measure.
  static constexpr auto kHome = std::chrono::minutes(65);
  /// Within this time every path may be asked thrice, the witness included, and three full sizes.
  static constexpr auto kBurst = std::chrono::milliseconds(10);

  explicit Watch(const Network& network) : view_(network) {}
  void begin(const FailoverState& state);  ///< a kaidod has started
  void used(const FailoverState& state, const PathChosen& chosen, Instant now);
  void claims(const FailoverState& state, Instant now);
  /// A probe of so many bytes.
  void sent(std::uint16_t size, Instant now);
  void loop(bool there_is, Instant now);
  /// The site's machine is slow: stalls overlap with it.
  void slow(Instant from, Instant to);
  void look(const FailoverState& state, Instant now);
  void finish(const FailoverState& state, std::uint64_t switches, Instant now);

  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
  [[nodiscard]] const std::array<std::uint64_t, kInvariants>& checks() const { return checks_; }

 private:
  void check(Invariant invariant, bool holds, Instant now, const std::string& what);
  [[nodiscard]] std::string known_worse(const FailoverState& state, const PathChosen& chosen,
                                        Instant now) const;
  [[nodiscard]] bool network_calm(Instant now);
  View view_;
  std::vector<std::optional<std::size_t>> in_use_;
  std::optional<Instant> loop_since_;
  std::deque<std::pair<Instant, std::uint16_t>> just_sent_;
  std::size_t just_sent_bytes_ = 0;
  Instant slow_from_;
  Instant slow_to_;
  std::array<std::uint64_t, kInvariants> checks_{};
  std::vector<Violation> violations_;
};

}  // namespace kaido::sim
