// Does somebody else's firewall drop what Kaido forwards? Pure.
//
// Every table on the forward hook can drop a packet, and Docker, ufw and others come with the
// policy drop. Kaido's first chain there counts what it allows, its last one (priority 10000) what
// has passed all others: between the two only others can drop.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kaido/error.hpp"

namespace kaido {

/// Packets since the table was loaded, by family: IPv4, IPv6.
struct ForwardCounts {
  std::array<std::uint64_t, 2> allowed{};
  std::array<std::uint64_t, 2> passed{};
  friend bool operator==(const ForwardCounts&, const ForwardCounts&) = default;
};

/// Of somebody else's table, on the forward hook.
struct ForeignChain {
  std::string name;         ///< "ip filter FORWARD"
  bool drops_rest = false;  ///< its policy is drop
  friend bool operator==(const ForeignChain&, const ForeignChain&) = default;
};

struct ForwardingState {
  std::optional<ForwardCounts> last;
  std::array<bool, 2> dropped{};  ///< by family
};

/// Takes new counts in. A family is dropped when of what was allowed since the last counts at least
/// kLeastDropped packets, and half of them, did not pass (2 % where a chain's policy is drop); it
/// is so until as many pass, or until nobody else has a chain there. The error says who may do it.
[[nodiscard]] std::optional<Error> judge_forwarding(ForwardingState& state,
                                                    const ForwardCounts& counts,
                                                    const std::vector<ForeignChain>& chains);

inline constexpr std::uint64_t kLeastDropped = 3;

}  // namespace kaido
