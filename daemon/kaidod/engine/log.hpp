// The log: remembers the newest messages for `kaido log` and hands each to the sink.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "core/report.hpp"
#include "engine/messages.hpp"
#include "ports/clock.hpp"
#include "ports/log_sink.hpp"

namespace kaido {

class Log {
 public:
  static constexpr std::size_t kKept = 500;

  Log(LogSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}
  /// `text` never holds a secret.
  void write(Message message, std::string subject, std::string text);
  [[nodiscard]] std::vector<LogEntry> newest(std::size_t count) const;
  /// Told of every message, after the sink.
  std::function<void(const LogEntry&)> on_entry;

 private:
  LogSink& sink_;
  const Clock& clock_;
  std::deque<LogEntry> entries_;
};

}  // namespace kaido
