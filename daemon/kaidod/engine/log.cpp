#include "engine/log.hpp"

#include <algorithm>
#include <chrono>

namespace kaido {

void Log::write(Message message, std::string subject, std::string text) {
  const auto& about = info(message);
  LogEntry entry{.time = std::chrono::duration_cast<std::chrono::microseconds>(
                             clock_.wall().time_since_epoch())
                             .count(),
                 .priority = about.priority,
                 .id = std::string(about.id),
                 .subject = std::move(subject),
                 .text = std::move(text)};
  sink_.write(entry);
  entries_.push_back(std::move(entry));
  if (entries_.size() > kKept) entries_.pop_front();
  if (on_entry) on_entry(entries_.back());
}

std::vector<LogEntry> Log::newest(std::size_t count) const {
  const auto skipped = entries_.size() - std::min(count, entries_.size());
  return {entries_.begin() + static_cast<std::ptrdiff_t>(skipped), entries_.end()};
}

}  // namespace kaido
