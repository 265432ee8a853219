// Models of what others do, on the same network. Each holds paths to be up or down by its own means
// and uses the first one, in order of preference, that it holds to be up; when it holds none to be
// up, the last one stays (kinder than most are). README.md says what each model grants.
#pragma once

#include <vector>

#include "traffic.hpp"

namespace kaido::sim {

/// Ping, in the manner of mwan3 and others: so many in a row lost, so many in a row answered.
struct PingRules {
  const char* name;
  Duration interval;
  Duration timeout;
  std::uint32_t down;    ///< lost in a row
  std::uint32_t up;      ///< answered in a row
  bool control = false;  ///< asks IKE, not the data plane
};
[[nodiscard]] Figures run_ping(const Network& network, const PingRules& rules);
/// BFD (RFC 5880) at both ends of every path, asynchronous mode.
[[nodiscard]] Figures run_bfd(const Network& network, Duration interval, std::uint32_t multiplier);
/// IKE's dead peer detection with charon's defaults.
[[nodiscard]] Figures run_dpd(const Network& network);
/// The time in which every path is out: nobody can have less.
[[nodiscard]] Figures unavoidable(const Network& network);

[[nodiscard]] std::vector<Figures> run_baselines(const Network& network);

/// What the models have in common: the order of preference, link-down, user traffic, the judge.
class Chooser {
 public:
  explicit Chooser(const Network& network);
  /// What the site, or the hubs, hold of a path.
  void set(std::size_t path, bool up, Instant now);
  [[nodiscard]] bool up(std::size_t path) const { return up_[path]; }
  /// Link-down and link-up, idle hours: whatever the kernel tells everybody. To be called often.
  void advance(Instant now);
  [[nodiscard]] Figures finish(const char* name);
  [[nodiscard]] View& view() { return view_; }

 private:
  void choose(Instant now);
  void apply_pending(Instant now);
  const World& world_;
  View view_;
  Traffic traffic_;
  std::vector<std::size_t> order_;
  std::vector<bool> up_;
  std::vector<bool> usable_;
  std::vector<std::pair<Instant, std::uint32_t>> edges_;  ///< of usable and idle, in order
  std::size_t edge_ = 0;
  std::optional<std::size_t> used_;
  std::optional<std::size_t> down_next_;  ///< the way back, and from when
  Instant down_at_;
  Figures figures_;
};

}  // namespace kaido::sim
