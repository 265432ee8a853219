// What is told of changes: a line of the log, and the observer's signals.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/desired/network_routes.hpp"
#include "core/tunnels/machine.hpp"
#include "engine/conditions.hpp"
#include "engine/control/observer.hpp"
#include "engine/log.hpp"
#include "engine/log_limit.hpp"
#include "engine/reports.hpp"
#include "engine/route_runner.hpp"
#include "ports/clock.hpp"

namespace kaido {

/// On the engine's strand. Its cost follows the number of changes.
class Announcer {
 public:
  /// Hears of every line of the log and of every condition.
  Announcer(const Clock& clock, const Board& board, Log& log, Conditions& conditions);

  void set_observer(Observer* observer) { observer_ = observer; }

  void path(const PathReport& report);
  void configuration_applied(const std::vector<std::string>& changes);

  /// `quiet_waiting`: tunnels that wait, wait for nothing but the look that is under way.
  void tunnels(const std::vector<TunnelChanged>& changes, const Figures& figures,
               bool quiet_waiting);
  /// A network (or a site, on a hub) may go by another tunnel.
  void route(const NetworkRoute& route, const RouteRunner& runner);
  /// All of them may.
  void routes(const RouteRunner& runner);

 private:
  void tunnel(std::size_t index, const Figures& figures, bool log);
  void many(std::size_t count);
  void log_move(Message message, const std::string& name, std::string text);

  const Clock& clock_;
  const Board& board_;
  Log& log_;
  LogLimit limit_;
  Observer* observer_ = nullptr;
  std::map<std::string, std::string> tunnel_of_;  ///< by network or site, as it was told
};

}  // namespace kaido
