// Kaido's table in the kernel's nftables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/firewall.hpp"
#include "wire/netlink/socket.hpp"

namespace kaido::nftables {

/// Owns one notification socket, opened at its first use in the network namespace that the calling
/// thread is in then, and again after a failure. One thread. Synchronous: libnftables waits for the
/// kernel, which answers at once; it has no timeout. libnftables' context lives for one call only:
/// an idle one would hold memory for nothing.
///
/// A table of a known body that nobody touched is changed inside its chains and sets, so
/// that no packet is lost that both allow.
///
/// The table remembers what it was made of: the comment of the chain `kaido_loaded` (no hook, no
/// rule) has a hash of the body and one of the table as nft lists it. So holds() sees a flushed
/// chain, a lost element or a foreign rule, also in a table that an earlier process loaded, and
/// without knowing how nft would write the body. After an upgrade of nft the listing may look
/// different: then the table is replaced once more, which harms nobody.
///
/// Errors: firewall_refused with nft's own words, permission_denied.
class NfTables final : public Firewall {
 public:
  Result<void> replace(const std::string& body) override;
  Result<bool> holds(const std::string& body) override;
  Result<bool> exists() override;
  Result<ForwardCounts> forwarded() override;
  Result<std::vector<ForeignChain>> foreign_forward_chains() override;
  Result<void> remove() override;
  int notification_fd() override;
  Changed drain_notifications() override;

 private:
  std::optional<netlink::Socket> notifications_;
  std::string loaded_;  ///< what the table was found or made to be, last
};

}  // namespace kaido::nftables
