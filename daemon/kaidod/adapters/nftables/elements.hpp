// Elements of sets as nf_tables has them in its messages. Pure.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "core/firewall.hpp"

namespace kaido::nftables {

/// A set of addresses keeps an interval as two elements: its first address, and the one after its
/// last, which is an `end` (an interval up to the last of all addresses has none). A set with a
/// device keeps it as one, from `key` to `last`: the device's name in 16 bytes, then an address.
struct KernelElement {
  std::string key;   ///< bytes, in network order
  std::string last;  ///< empty in a set of addresses
  bool end = false;
  bool open = false;  ///< it has no end: nft marks that, for its listing; does not count in holds
  friend auto operator<=>(const KernelElement&, const KernelElement&) = default;
};

/// In the given order; the end of an interval right after its beginning.
[[nodiscard]] std::vector<KernelElement> to_kernel(const std::vector<FirewallElement>& elements);

/// Whether a set with the elements `observed`, in any order, has what these are. nft begins each
/// set of addresses with an end at address 0, which matches nothing.
[[nodiscard]] bool same_elements(const std::vector<FirewallElement>& wanted,
                                 std::vector<KernelElement> observed);

}  // namespace kaido::nftables
