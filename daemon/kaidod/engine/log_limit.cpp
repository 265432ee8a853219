#include "engine/log_limit.hpp"

#include <fmt/format.h>

#include <utility>

namespace kaido {

std::optional<std::string> LogLimit::pass(Message message, const std::string& subject,
                                          std::string text, Instant now, std::uint32_t most) {
  auto& entry = entries_[{message, subject}];
  if (!entry.since || now - *entry.since >= kPeriod) {
    entry.since = now;
    entry.written = 0;
  }
  if (entry.written == most) {
    ++entry.suppressed;
    return std::nullopt;
  }
  ++entry.written;
  const auto suppressed = std::exchange(entry.suppressed, 0);
  if (suppressed == 0) return text;
  return fmt::format("{}; {} more since the last of these", text, suppressed);
}

}  // namespace kaido
