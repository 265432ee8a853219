// The port to where messages go: the journal, or standard error.
#pragma once

#include "core/report.hpp"

namespace kaido {

class LogSink {
 public:
  virtual ~LogSink() = default;
  /// Never fails, never blocks for long.
  virtual void write(const LogEntry& entry) = 0;
};

}  // namespace kaido
