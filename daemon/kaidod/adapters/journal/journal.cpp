#include "adapters/journal/journal.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace kaido {

namespace {

/// JOURNAL_STREAM is inherited by children whose standard error goes elsewhere: it names the device
/// and inode that it speaks of.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status{};
  if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

}  // namespace

Journal::Journal() : structured_(stderr_is_journal()) {}

void Journal::write(const LogEntry& entry) {
  if (structured_) {
    const int sent =
        sd_journal_send("MESSAGE=%s%s%s", entry.subject.c_str(), entry.subject.empty() ? "" : ": ",
                        entry.text.c_str(), "PRIORITY=%d", static_cast<int>(entry.priority),
                        "SYSLOG_IDENTIFIER=kaidod", "KAIDO_MESSAGE=%s", entry.id.c_str(),
                        "KAIDO_SUBJECT=%s", entry.subject.c_str(), nullptr);
    if (sent == 0) return;
  }
  std::fprintf(stderr, "<%d>%s %s: %s\n", static_cast<int>(entry.priority), entry.id.c_str(),
               entry.subject.c_str(), entry.text.c_str());
}

}  // namespace kaido
