// The port to nftables: Kaido owns exactly one table, `inet kaido`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/forwarding.hpp"
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

  /// The table is there, whatever it holds.
  virtual Result<bool> exists() = 0;

  /// The table's counters of what is forwarded; firewall_refused where it has none.
  virtual Result<ForwardCounts> forwarded() = 0;
  /// Base chains of others' tables on the forward hook, in the order that nft lists them.
  virtual Result<std::vector<ForeignChain>> foreign_forward_chains() = 0;

  /// Removes the table; no error when there is none.
  virtual Result<void> remove() = 0;

  /// Readable when some ruleset may have changed; -1: never.
  virtual int notification_fd() = 0;
  struct Changed {
    bool ours = false;    ///< a table named kaido may have changed
    bool others = false;  ///< some other may have; both: some notifications were lost
  };
  /// Empties the notifications.
  virtual Changed drain_notifications() = 0;
};

}  // namespace kaido
