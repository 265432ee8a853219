#include "adapters/nftables/nf_tables.hpp"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "adapters/nftables/libnftables.hpp"
#include "adapters/nftables/nf_socket.hpp"
#include "adapters/nftables/table_text.hpp"

namespace kaido::nftables {
namespace {

constexpr char kList[] = "list table inet kaido\n";

/// libnftables builds large trees (20,000 elements: 30 MB); the daemon must not keep their pages.
constexpr std::size_t kManyElements = 1000;

std::size_t elements_in(const FirewallTable& table) {
  std::size_t count = 0;
  for (const auto& [name, set] : table.sets) count += set.elements.size();
  return count;
}

FirewallTable without_elements(FirewallTable table) {
  for (auto& [name, set] : table.sets) set.elements.clear();
  return table;
}

/// nullopt: there is no table.
Result<std::optional<Listing>> list() {
  auto listed = run(kList);
  if (listed) return split(std::move(*listed));
  if (absent(listed.error())) return std::nullopt;
  return std::unexpected(listed.error());
}

}  // namespace

Result<Firewall::Generation> NfTables::generation() { return read_generation(); }

/// One transaction. Where somebody else's came in the same moment, which of them is whose cannot be
/// told: then none counts as ours.
Result<Firewall::Generation> NfTables::write(const std::string& commands) {
  const auto before = generation();
  if (!before) return before;
  if (const auto done = run(commands); !done) return std::unexpected(done.error());
  const auto written = next(*before);
  if (generation() == written) transactions_.own(written);
  return written;
}

Result<Firewall::Generation> NfTables::load(const FirewallTable& table) {
  if (loaded_ && holds(*loaded_).value_or(false))
    if (auto changed = write(load_in_place(*loaded_, table)); changed) return changed;
  // A module that is missing makes the kernel take a transaction back and begin again. That takes
  // the square of a set's elements (6,000 of "sources": minutes), so it happens without them.
  if (elements_in(table) > kManyElements)
    if (const auto checked = check(load_anew(without_elements(table))); !checked)
      return std::unexpected(checked.error());
  return write(load_anew(table));  // it is of another table, or somebody touched it
}

Result<Firewall::Generation> NfTables::replace(const FirewallTable& table) {
  const auto loaded = load(table);
  loaded_.reset();
  if (!loaded) return loaded;
  const auto listed = list();
  if (elements_in(table) > kManyElements) malloc_trim(0);
  if (!listed) return std::unexpected(listed.error());
  // What was listed may be somebody else's: without its mark the table is loaded again, as it is
  // where the process dies before this.
  const auto& found = *listed;
  if (!found || generation() != *loaded) return loaded;
  const auto marked = write(add_mark(mark_of(table, found->content)));
  if (marked) loaded_ = table;
  return marked;
}

Result<Firewall::Generation> NfTables::change(const std::vector<SetChange>& changes) {
  const auto written = commit(changes);
  if (!written) return written;
  if (!std::ranges::all_of(changes, &SetChange::empty)) transactions_.own(*written);
  if (loaded_ && !refusal(*loaded_, changes))
    apply(*loaded_, changes);
  else
    loaded_.reset();
  return written;
}

Result<bool> NfTables::holds(const FirewallTable& table) {
  const auto listed = list();
  if (!listed) return std::unexpected(listed.error());
  const auto& found = *listed;
  if (!found || found->mark != mark_of(table, found->content)) return false;
  for (const auto& [name, set] : table.sets) {
    auto observed = read_elements(name);
    if (!observed) return std::unexpected(observed.error());
    if (!same_elements(set.elements, std::move(*observed))) return false;
  }
  if (loaded_ != table) loaded_ = table;  // an earlier process made it
  return true;
}

Result<bool> NfTables::exists() {
  const auto listed = list();
  if (!listed) return std::unexpected(listed.error());
  return listed->has_value();
}

Result<void> NfTables::remove() {
  loaded_.reset();
  const auto removed = write("delete table inet kaido\n");
  if (!removed && !absent(removed.error())) return std::unexpected(removed.error());
  return {};
}

}  // namespace kaido::nftables
