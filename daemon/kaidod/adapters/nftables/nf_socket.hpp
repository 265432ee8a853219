// Requests to nf_tables by netlink.
#pragma once

#include <vector>

#include "adapters/nftables/messages.hpp"
#include "kaido/error.hpp"

namespace kaido::nftables {

// Each opens a socket for itself, in the network namespace that the calling thread is in.
// Synchronous: the kernel answers at once; after 5 s without an answer they give up.
// Errors: permission_denied, firewall_refused with the kernel's words.

[[nodiscard]] Result<Firewall::Generation> read_generation();

[[nodiscard]] Result<std::vector<KernelElement>> read_elements(const std::string& set);

/// One transaction; its generation, where nobody else's came in between.
[[nodiscard]] Result<Firewall::Generation> commit(const std::vector<SetChange>& changes);

/// The one after it: 0 is left out.
[[nodiscard]] constexpr Firewall::Generation next(Firewall::Generation generation) {
  return generation + 1 == 0 ? 1 : generation + 1;
}

}  // namespace kaido::nftables
