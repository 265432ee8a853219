// What the engine tells of itself.
#pragma once

#include <string>
#include <vector>

#include "core/report.hpp"

namespace kaido {

/// Told of changes, on the engine's thread. Calls must not call back into a control.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void tunnel_changed(const TunnelReport& tunnel) = 0;
  virtual void network_changed(const NetworkReport& network) = 0;
  /// Health, trouble or use has changed; figures alone do not count.
  virtual void path_changed(const PathReport& path) = 0;
  virtual void condition_changed(const ConditionReport& condition, bool raised) = 0;
  virtual void configuration_applied(const std::vector<std::string>& changes) = 0;
  virtual void logged(const LogEntry& entry) = 0;
};

}  // namespace kaido
