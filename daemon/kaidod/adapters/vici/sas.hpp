// Reads charon's description of its security associations (list-sa and the other SA events).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/ike.hpp"
#include "wire/vici/codec.hpp"

namespace kaido::vici {

/// Kaido's connections, and no others, have names that start with this.
inline constexpr std::string_view kPrefix = "kaido-";
[[nodiscard]] inline bool is_ours(std::string_view connection) {
  return connection.starts_with(kPrefix);
}

/// A number in decimal (or `base` 16); 0 when `text` is no number.
[[nodiscard]] std::uint64_t number(std::string_view text, int base = 10);

/// The IKE SA that `section`, named for its connection, describes, with its children if any.
[[nodiscard]] IkeSa read_ike_sa(std::string_view connection, const Section& section);
[[nodiscard]] ChildSa read_child_sa(const Section& section);

}  // namespace kaido::vici
