// How often the log says the same thing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/tunnels/tunnel.hpp"
#include "engine/messages.hpp"

namespace kaido {

/// Of each message and subject so many a minute are written, and then the number of those that were
/// not, so that what others send us cannot fill the journal or the bus. Keeps an entry for each.
class LogLimit {
 public:
  static constexpr auto kPeriod = std::chrono::minutes(1);

  /// What to write for `text` now; nullopt: nothing.
  std::optional<std::string> pass(Message message, const std::string& subject, std::string text,
                                  Instant now, std::uint32_t most = 1);

 private:
  struct Entry {
    std::optional<Instant> since;  ///< of the minute
    std::uint32_t written = 0;     ///< in it
    std::uint64_t suppressed = 0;
  };
  std::map<std::pair<Message, std::string>, Entry> entries_;
};

}  // namespace kaido
