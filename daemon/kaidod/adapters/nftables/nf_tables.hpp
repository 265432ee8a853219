// Kaido's table in the kernel's nftables.
#pragma once

#include <optional>
#include <string>

#include "adapters/nftables/transactions.hpp"
#include "ports/firewall.hpp"

namespace kaido::nftables {

/// Owns one notification socket, opened at its first use in the network namespace that the calling
/// thread is in then, and again after a failure. One thread. Synchronous. The skeleton goes by
/// libnftables, which knows nft's language and reads all elements of all sets for a change of one;
/// elements go by netlink.
///
/// A table that nobody touched is replaced inside its chains and sets, so that no packet is lost
/// that both allow.
///
/// The table remembers what it was made of: the comment of the chain `kaido_loaded` (no hook, no
/// rule) has a hash of the definition and one of the table as nft lists it, both without the
/// elements of the sets, which holds() compares one by one. So it sees a flushed chain, a lost
/// element or a foreign rule, also in a table that an earlier process loaded, and without knowing
/// how nft would write the skeleton. After an upgrade of nft the listing may look different: then
/// the table is replaced once more, which harms nobody.
///
/// Errors: firewall_refused with nft's or the kernel's own words, permission_denied.
class NfTables final : public Firewall {
 public:
  NfTables() = default;
  ~NfTables() override;
  NfTables(const NfTables&) = delete;
  NfTables& operator=(const NfTables&) = delete;

  Result<Generation> generation() override;
  Result<Generation> replace(const FirewallTable& table) override;
  Result<Generation> change(const std::vector<SetChange>& changes) override;
  Result<bool> holds(const FirewallTable& table) override;
  Result<bool> exists() override;
  Result<ForwardCounts> forwarded() override;
  Result<std::vector<ForeignChain>> foreign_forward_chains() override;
  Result<void> remove() override;
  int notification_fd() override;
  Changed drain_notifications() override;

 private:
  Result<Generation> write(const std::string& commands);
  Result<Generation> load(const FirewallTable& table);

  int notifications_ = -1;
  Transactions transactions_;
  std::optional<FirewallTable> loaded_;  ///< what the table was found or made to be, last
};

}  // namespace kaido::nftables
