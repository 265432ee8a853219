// What chooses the routes of a gateway: Paths on a site, Returns on a hub. It owns Board::routes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/kernel.hpp"
#include "core/model.hpp"
#include "core/report.hpp"
#include "core/tunnels/machine.hpp"

namespace kaido {

/// On the engine's strand. The order of its life: adopt, begin, begin_listening, and stop at a
/// teardown; a configuration after that begins again.
class RouteRunner {
 public:
  virtual ~RouteRunner() = default;

  /// What an earlier kaidod left in the kernel is what was chosen so far. Nothing is chosen yet.
  virtual void adopt(const KernelState& observed) = 0;
  /// What is chosen from now on can be written at once.
  virtual void begin() = 0;
  /// The first comparison is over, which may take long: others may tell something from now on.
  virtual void begin_listening() = 0;
  /// The tunnels have other indices: `names` are those of before. Comes before follow().
  virtual void configured(const std::vector<std::string>& names) = 0;
  /// Board::uplinks are others.
  virtual void uplinks_changed() = 0;
  /// Tunnels have other states.
  virtual void follow(const std::vector<TunnelChanged>& changes) = 0;
  /// Everything was removed.
  virtual void stop() = 0;

  /// Before these tunnels go: what uses them moves to others. True: something did, and the other
  /// end is to hear of it while both still work.
  virtual bool leave(const std::set<std::string>& tunnels) = 0;
  /// The same, of those that a configuration does not have.
  virtual bool leave_for(const Model& wanted) = 0;
  /// An admin's word; see NetworkControl.
  virtual Result<std::string> switch_network(const std::string& network,
                                             const std::string& path) = 0;

  /// Why packets to this network or site go where they go; empty: it was said, or is not known.
  [[nodiscard]] virtual std::string why(const std::string& name) const = 0;
  /// Adds rule, why and outlook.
  virtual void explain(NetworkReport& network) const = 0;
  [[nodiscard]] virtual std::vector<PathReport> paths() const = 0;
};

}  // namespace kaido
