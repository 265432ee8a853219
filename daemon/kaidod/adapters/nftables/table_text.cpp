#include "adapters/nftables/table_text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <ranges>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace kaido::nftables {
namespace {

/// The first half of SHA-256: a comment has room for two of them.
std::string hash(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size / 2; ++i) hex += fmt::format("{:02x}", digest.at(i));
  return hex;
}

constexpr std::string_view kMarkStart = "\n\tchain kaido_loaded {\n\t\tcomment \"";
constexpr std::string_view kMarkEnd = "\"\n\t}\n";

/// The names of what stands in the skeleton as one kind of line: "  chain x {".
std::set<std::string> names(const std::string& skeleton, std::string_view kind) {
  std::set<std::string> found;
  for (const auto range : std::views::split(skeleton, '\n')) {
    std::string_view line(range.begin(), range.end());
    if (!line.starts_with(kind)) continue;
    line.remove_prefix(kind.size());
    found.emplace(line.substr(0, line.find(' ')));
  }
  return found;
}

/// Empty: there are none.
std::string elements(const char* verb, const std::string& set,
                     const std::vector<FirewallElement>& some) {
  if (some.empty()) return {};
  std::vector<std::string> texts;
  texts.reserve(some.size());
  for (const auto& element : some) texts.push_back(to_nft(element));
  return fmt::format("{} element inet kaido {} {{ {} }}\n", verb, set, fmt::join(texts, ", "));
}

/// The set of this name that `table` has with the same key; nullptr: none.
const FirewallSet* same(const FirewallTable& table, const std::string& name,
                        const FirewallSet& set) {
  const auto found = table.sets.find(name);
  return found == table.sets.end() || found->second.key != set.key ? nullptr : &found->second;
}

/// Removes what `wanted` does not have. Counters that stay begin at nothing.
std::string removals(const FirewallTable& loaded, const FirewallTable& wanted) {
  std::string commands;
  const auto chains = names(wanted.skeleton, "  chain ");
  for (const auto& chain : names(loaded.skeleton, "  chain "))
    if (!chains.contains(chain)) commands += "delete chain inet kaido " + chain + "\n";
  for (const auto& counter : names(loaded.skeleton, "  counter "))
    commands += "delete counter inet kaido " + counter + "\n";
  for (const auto& [name, set] : loaded.sets)
    if (same(wanted, name, set) == nullptr) commands += "delete set inet kaido " + name + "\n";
  return commands;
}

}  // namespace

std::string load_anew(const FirewallTable& table) {
  // "add" first: deleting what is not there would fail.
  return fmt::format("add table inet kaido\ndelete table inet kaido\ntable inet kaido {{\n{}\n}}\n",
                     to_nft(table));
}

std::string load_in_place(const FirewallTable& loaded, const FirewallTable& wanted) {
  auto commands = "flush table inet kaido\n" + removals(loaded, wanted);
  std::string made;
  for (const auto& [name, set] : wanted.sets) {
    if (const auto* old = same(loaded, name, set); old != nullptr) {
      const auto change = difference(*old, set);
      commands += elements("delete", name, change.removed) + elements("add", name, change.added);
    } else {
      made += "  " + to_nft(name, set) + "\n";
    }
  }
  return fmt::format("{}delete chain inet kaido kaido_loaded\ntable inet kaido {{\n{}{}\n}}\n",
                     commands, made, wanted.skeleton);
}

Listing split(std::string text) {
  const auto start = text.find(kMarkStart);
  if (start == std::string::npos) return {std::move(text), std::nullopt};
  const auto from = start + kMarkStart.size();
  const auto end = text.find(kMarkEnd, from);
  if (end == std::string::npos) return {std::move(text), std::nullopt};
  auto mark = text.substr(from, end - from);
  text.erase(start, end + kMarkEnd.size() - start);
  return {std::move(text), std::move(mark)};
}

std::string mark_of(const FirewallTable& table, const std::string& content) {
  std::string definition;
  for (const auto& [name, set] : table.sets) definition += declaration(name, set.key) + "\n";
  return fmt::format("{} {}", hash(definition + table.skeleton), hash(content));
}

std::string add_mark(const std::string& mark) {
  return fmt::format("add chain inet kaido kaido_loaded {{ comment \"{}\"; }}\n", mark);
}

}  // namespace kaido::nftables
