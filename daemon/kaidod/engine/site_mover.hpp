// A hub's fast path: the route to one site, and nobody else's, is written as soon as it is chosen.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/board.hpp"
#include "core/desired/network_routes.hpp"
#include "engine/kernel_writer.hpp"
#include "engine/pace.hpp"
#include "ports/clock.hpp"

namespace kaido {

/// On the engine's strand. Knows what was written of each site, so that its cost does not depend on
/// how many sites there are. A site that claims again and again has a share of the strand; its
/// newest route waits, and no other site does.
class SiteMover {
 public:
  /// `moved`: the site's tunnel is another one now, and that is written. `compare`: the rest needs
  /// a comparison of all.
  SiteMover(Clock& clock, const Board& board, KernelWriter& kernel,
            std::function<void(const NetworkRoute&)> moved, std::function<void()> compare);

  /// These are in the kernel.
  void written(std::vector<NetworkRoute> routes);
  void forget() { written_.clear(); }
  void move(std::uint32_t site);

 private:
  void write(std::uint32_t site);
  void arm();

  Clock& clock_;
  const Board& board_;
  KernelWriter& kernel_;
  std::function<void(const NetworkRoute&)> moved_;
  std::function<void()> compare_;
  std::vector<NetworkRoute> written_;       ///< by site
  std::map<std::uint32_t, Pace> paces_;     ///< of those that moved a moment ago
  std::map<std::uint32_t, Instant> later_;  ///< those whose turn comes then
  std::unique_ptr<Clock::Timer> timer_;
};

}  // namespace kaido
