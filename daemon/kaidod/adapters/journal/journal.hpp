// Messages to the systemd journal with structured fields, or to standard error where there is none.
#pragma once

#include "ports/log_sink.hpp"

namespace kaido {

/// Fields: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER=kaidod, KAIDO_MESSAGE (the identifier),
/// KAIDO_SUBJECT. On standard error one line: "<priority>ID subject: text".
class Journal final : public LogSink {
 public:
  /// Uses the journal when standard error is connected to it (JOURNAL_STREAM, systemd.exec(5)).
  Journal();
  void write(const LogEntry& entry) override;

 private:
  bool structured_;
};

}  // namespace kaido
