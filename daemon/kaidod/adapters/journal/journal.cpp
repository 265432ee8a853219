#include "adapters/journal/journal.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <cstdio>
#include <cstdlib>

namespace kaido {

Journal::Journal() : structured_(std::getenv("JOURNAL_STREAM") != nullptr) {}

void Journal::write(const LogEntry& entry) {
  if (structured_) {
    const int sent = sd_journal_send(
        "MESSAGE=%s%s%s", entry.subject.c_str(), entry.subject.empty() ? "" : ": ",
        entry.text.c_str(), "PRIORITY=%d", static_cast<int>(entry.priority),
        "SYSLOG_IDENTIFIER=kaidod", "KAIDO_MESSAGE=%s", entry.id.c_str(), "KAIDO_SUBJECT=%s",
        entry.subject.c_str(), nullptr);
    if (sent == 0) return;
  }
  std::fprintf(stderr, "<%d>%s %s: %s\n", static_cast<int>(entry.priority), entry.id.c_str(),
               entry.subject.c_str(), entry.text.c_str());
}

}  // namespace kaido
