// The table `inet kaido` as a value, and the difference of two such values. Pure.
//
// What seldom changes (chains, rules, counters) is text in nft's language. What changes often lies
// in sets of intervals, whose elements change one by one.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido {

/// What a set has as its key; each is a set of intervals (nft: `flags interval`).
enum class SetKey : std::uint8_t {
  ipv4,         ///< type ipv4_addr
  ipv6,         ///< type ipv6_addr
  device_ipv4,  ///< type ifname . ipv4_addr
  device_ipv6,  ///< type ifname . ipv6_addr
};

struct FirewallElement {
  std::string device;  ///< at most 15 characters; empty in a set whose key has no device
  Prefix prefix;
  friend auto operator<=>(const FirewallElement&, const FirewallElement&) = default;
};

/// True: an element of such a set can be this one.
[[nodiscard]] bool fits(SetKey key, const FirewallElement& element);

struct FirewallSet {
  SetKey key = SetKey::ipv4;
  std::vector<FirewallElement> elements;  ///< sorted; no two of one device overlap
  friend bool operator==(const FirewallSet&, const FirewallSet&) = default;
};

struct FirewallTable {
  std::map<std::string, FirewallSet> sets;  ///< by name
  /// Counters, chains and their rules, in nft's language. The line of each begins with two spaces
  /// and its kind ("  chain x {"), that of a rule with more.
  std::string skeleton;
  friend bool operator==(const FirewallTable&, const FirewallTable&) = default;
};

/// `"kd-ike1" . 10.1.0.0/16`
[[nodiscard]] std::string to_nft(const FirewallElement& element);
/// `set own4 { type ipv4_addr; flags interval;`, open for its elements.
[[nodiscard]] std::string declaration(const std::string& name, SetKey key);
/// A whole set, in a line.
[[nodiscard]] std::string to_nft(const std::string& name, const FirewallSet& set);
/// The body of the table, without the table's own line: a line for each set, then the skeleton.
[[nodiscard]] std::string to_nft(const FirewallTable& table);
/// The value that to_nft made `body` of. A line that is no such set belongs to the skeleton.
[[nodiscard]] FirewallTable from_nft(std::string_view body);

/// Elements that leave a set and enter it, both sorted; nothing is in both.
struct SetChange {
  std::string set;
  std::vector<FirewallElement> removed;
  std::vector<FirewallElement> added;
  [[nodiscard]] bool empty() const { return removed.empty() && added.empty(); }
  friend bool operator==(const SetChange&, const SetChange&) = default;
};

/// What makes `want` of `have`, a change for each set that differs, by name. nullopt: the skeleton
/// or the definition of a set differs, and the table has to be replaced as a whole.
[[nodiscard]] std::optional<std::vector<SetChange>> difference(const FirewallTable& have,
                                                               const FirewallTable& want);
/// The difference of two sets with one key; its name is left empty.
[[nodiscard]] SetChange difference(const FirewallSet& have, const FirewallSet& want);

/// Writes the changes into the table. They must be possible: see refusal().
void apply(FirewallTable& table, const std::vector<SetChange>& changes);
/// Why nftables would refuse the changes: no such set, an element that does not fit its key, one
/// that is to leave and is not there, one that overlaps another. nullopt: it would not.
[[nodiscard]] std::optional<std::string> refusal(const FirewallTable& table,
                                                 const std::vector<SetChange>& changes);

/// For the log: "own4: 1 removed, 2 added; …"
[[nodiscard]] std::string describe(const std::vector<SetChange>& changes);

}  // namespace kaido
