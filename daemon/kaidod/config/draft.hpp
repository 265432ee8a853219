// A model under construction, together with the places its parts came from.
#pragma once

#include <vector>

#include "config/mistakes.hpp"
#include "config/tree.hpp"
#include "core/identities.hpp"

namespace kaido::config {

/// Reference from a model's part that could not be resolved.
inline constexpr std::size_t kUnresolved = static_cast<std::size_t>(-1);

/// The nodes are parallel to the model's vectors and point into the document.
struct Draft {
  Model model;
  Identities identities;
  const Node* document = nullptr;
  std::vector<const Node*> uplinks, hubs, slots, networks, endpoints, sites;
  const Node* people = nullptr;  ///< [people], exactly when the model has them
  std::vector<const Node*> groups;
};

/// Reads what has the right shape, leaves the rest at its default, and resolves references by
/// name; those that lead nowhere are mistakes. Networks with an unknown hub do without it; slots
/// with one have kUnresolved.
[[nodiscard]] Draft read(const Node& document, Role role, Mistakes& mistakes);

/// Everything that needs more than one value to be judged, but no file.
void check(const Draft& draft, Mistakes& mistakes);
/// The part of check() that deals with prefixes and addresses; O(n log n).
void check_overlaps(const Draft& draft, Mistakes& mistakes);

/// The tables of a [[name]] or of a list of inline tables.
[[nodiscard]] std::vector<const Node*> tables(const Node& parent, std::string_view name);
/// The place of a key's value, or of the table where it is missing.
[[nodiscard]] Place place_of(const Node& table, std::string_view key);

}  // namespace kaido::config
