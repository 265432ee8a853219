// The port to nftables: Kaido owns exactly one table, `inet kaido`.
#pragma once

#include <cstdint>
#include <vector>

#include "core/firewall.hpp"
#include "core/forwarding.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// Synchronous; one thread. What fails changes nothing.
class Firewall {
 public:
  virtual ~Firewall() = default;

  /// Numbers the transactions of all tables of all processes in the network namespace, from 1 to
  /// 2^32 - 1 and again: each adds one.
  using Generation = std::uint32_t;
  /// The newest transaction. Unchanged: nobody has changed any table.
  virtual Result<Generation> generation() = 0;

  /// The whole table. Replaced atomically: the old or the new one, never none. Counters begin at
  /// nothing. The generation is that of this write; where somebody else writes in the same moment,
  /// generation() is another one.
  virtual Result<Generation> replace(const FirewallTable& table) = 0;

  /// Elements of sets only, in one transaction: what is removed and what is added goes over
  /// together, and counters go on. Nothing else is read or written, however large the table is.
  /// firewall_refused: there is no such table, set or element to remove, or an element overlaps
  /// another. The generation is as replace()'s; without any element nothing is written.
  virtual Result<Generation> change(const std::vector<SetChange>& changes) = 0;

  /// True: the table is there and holds what `table` would load (also when another process, an
  /// earlier kaidod, loaded it). Counters do not matter. Reads all of it.
  virtual Result<bool> holds(const FirewallTable& table) = 0;

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
  /// By somebody else: what this object writes is no news.
  struct Changed {
    bool ours = false;    ///< a table named kaido may have changed
    bool others = false;  ///< some other may have; both: some notifications were lost
  };
  /// Empties the notifications.
  virtual Changed drain_notifications() = 0;
};

}  // namespace kaido
