// The port to nftables: Kaido owns exactly one table, `inet kaido`.
#pragma once

#include <optional>
#include <string>

#include "kaido/error.hpp"

namespace kaido {

/// Synchronous; one thread.
class Firewall {
 public:
  virtual ~Firewall() = default;

  /// The whole content of the table, in nft's language, without the table's own line:
  /// "chain x { … } set y { … }". Replaced atomically: the old or the new table, never none.
  virtual Result<void> replace(const std::string& body) = 0;

  /// True: the table is there and holds what `body` would load (also when another process, an
  /// earlier kaidod, loaded it). Counters do not matter.
  virtual Result<bool> holds(const std::string& body) = 0;

  /// Removes the table; no error when there is none.
  virtual Result<void> remove() = 0;

  /// Readable when some ruleset may have changed; -1: never.
  virtual int notification_fd() = 0;
  /// Empties the notifications; true: a table named kaido may have changed, or some were lost.
  virtual bool drain_notifications() = 0;
};

}  // namespace kaido
