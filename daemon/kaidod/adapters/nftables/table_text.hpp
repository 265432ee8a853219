// The texts by which nft loads the table, and by which it lists it. Pure.
#pragma once

#include <optional>
#include <string>

#include "core/firewall.hpp"

namespace kaido::nftables {

/// The whole table anew, whether there is one or not.
[[nodiscard]] std::string load_anew(const FirewallTable& table);

/// One transaction that makes `wanted` of `loaded`, and leaves chains where they hook and elements
/// where they are. A table that is deleted goes on judging packets for a moment, and sets of
/// intervals over several fields have their new elements a moment later than the rules that ask
/// them: either drops what both tables let through.
[[nodiscard]] std::string load_in_place(const FirewallTable& loaded, const FirewallTable& wanted);

/// The table as nft lists it.
struct Listing {
  std::string content;              ///< without the mark
  std::optional<std::string> mark;  ///< mark_of() when it was loaded
};
[[nodiscard]] Listing split(std::string text);

/// What the mark of a table says: which table was loaded (all but the elements of its sets), and
/// how nft lists that.
[[nodiscard]] std::string mark_of(const FirewallTable& table, const std::string& content);
[[nodiscard]] std::string add_mark(const std::string& mark);

}  // namespace kaido::nftables
