// The gateway as a whole.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/report.hpp"
#include "engine/control/done.hpp"
#include "engine/control/observer.hpp"

namespace kaido {

class GatewayControl {
 public:
  virtual ~GatewayControl() = default;

  virtual StatusReport status() = 0;
  virtual std::vector<UplinkReport> uplinks() = 0;  ///< empty on a hub
  /// The newest `count` messages (at most 500 are kept), oldest first.
  virtual std::vector<LogEntry> log(std::size_t count) = 0;

  /// Removes everything Kaido made; nothing is made again until apply() or a restart. An error, the
  /// first: all but that is removed, and another call tries the rest.
  virtual void teardown(Done<std::vector<std::string>> done) = 0;

  /// Whom the changes of all subjects are told to; null for nobody.
  virtual void set_observer(Observer* observer) = 0;
};

}  // namespace kaido
