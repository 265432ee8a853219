#include "core/firewall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace kaido {
namespace {

using Elements = std::vector<FirewallElement>;

bool has_device(SetKey key) { return key == SetKey::device_ipv4 || key == SetKey::device_ipv6; }

Family family_of(SetKey key) {
  return key == SetKey::ipv4 || key == SetKey::device_ipv4 ? Family::v4 : Family::v6;
}

bool same_definition(const std::map<std::string, FirewallSet>& a,
                     const std::map<std::string, FirewallSet>& b) {
  return std::ranges::equal(a, b, [](const auto& left, const auto& right) {
    return left.first == right.first && left.second.key == right.second.key;
  });
}

Elements without(const Elements& from, const Elements& other) {
  Elements only;
  std::ranges::set_difference(from, other, std::back_inserter(only));
  return only;
}

Elements with(const Elements& elements, const Elements& more) {
  Elements all;
  all.reserve(elements.size() + more.size());
  std::ranges::set_union(elements, more, std::back_inserter(all));
  return all;
}

bool overlap(const FirewallElement& a, const FirewallElement& b) {
  return a.device == b.device && a.prefix.overlaps(b.prefix);
}

/// In sorted prefixes of one device the one that contains others comes right before the first of
/// them.
bool any_overlap(const Elements& elements) {
  return std::ranges::adjacent_find(elements, overlap) != elements.end();
}

std::optional<std::string> refusal_of(const FirewallSet& set, const SetChange& change) {
  for (const auto& element : change.added)
    if (!fits(set.key, element)) return fmt::format("{} takes no {}", change.set, to_nft(element));
  if (!std::ranges::includes(set.elements, change.removed))
    return fmt::format("{} has no such element", change.set);
  const auto left = without(set.elements, change.removed);
  const auto all = with(left, change.added);
  if (all.size() != left.size() + change.added.size() || any_overlap(all))
    return fmt::format("{} has an element that overlaps", change.set);
  return std::nullopt;
}

}  // namespace

bool fits(SetKey key, const FirewallElement& element) {
  return element.device.empty() != has_device(key) && element.prefix.family() == family_of(key);
}

SetChange difference(const FirewallSet& have, const FirewallSet& want) {
  return {.set = {},
          .removed = without(have.elements, want.elements),
          .added = without(want.elements, have.elements)};
}

std::optional<std::vector<SetChange>> difference(const FirewallTable& have,
                                                 const FirewallTable& want) {
  if (have.skeleton != want.skeleton || !same_definition(have.sets, want.sets)) return std::nullopt;
  std::vector<SetChange> changes;
  for (auto before = have.sets.begin(); const auto& [name, set] : want.sets) {
    auto change = difference(before++->second, set);
    if (change.empty()) continue;
    change.set = name;
    changes.push_back(std::move(change));
  }
  return changes;
}

void apply(FirewallTable& table, const std::vector<SetChange>& changes) {
  for (const auto& change : changes) {
    auto& elements = table.sets.at(change.set).elements;
    elements = with(without(elements, change.removed), change.added);
  }
}

std::optional<std::string> refusal(const FirewallTable& table,
                                   const std::vector<SetChange>& changes) {
  for (const auto& change : changes) {
    const auto set = table.sets.find(change.set);
    if (set == table.sets.end()) return "no set " + change.set;
    if (auto why = refusal_of(set->second, change)) return why;
  }
  return std::nullopt;
}

std::string describe(const std::vector<SetChange>& changes) {
  std::string text;
  for (const auto& change : changes)
    text += fmt::format("{}{}: {} removed, {} added", text.empty() ? "" : "; ", change.set,
                        change.removed.size(), change.added.size());
  return text;
}

}  // namespace kaido
