// Reading nf_tables' notifications.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ports/firewall.hpp"

namespace kaido::nftables {

/// Whose tables others have changed. The kernel tells of the objects of a transaction, then of its
/// generation, by which our own are known. (It tells the process too, by its number in the first
/// PID namespace, which we do not know in another.) Pure.
class Transactions {
 public:
  /// Our own transaction had this generation.
  void own(Firewall::Generation generation);

  /// What was changed by the transactions that end in this datagram of the kernel's. What cannot
  /// be understood in full counts as ours: a needless look is cheaper than a missed change.
  [[nodiscard]] Firewall::Changed read(std::span<const std::uint8_t> datagram);

 private:
  [[nodiscard]] bool is_own(Firewall::Generation generation);

  Firewall::Changed unfinished_;           ///< by the transaction whose generation was not read yet
  std::vector<Firewall::Generation> own_;  ///< not read yet
};

}  // namespace kaido::nftables
