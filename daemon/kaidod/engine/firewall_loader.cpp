#include "engine/firewall_loader.hpp"

#include <utility>

namespace kaido {

void FirewallLoader::forget() {
  loaded_.reset();
  generation_.reset();
}

bool FirewallLoader::is_untouched() {
  return generation_ && firewall_.generation() == *generation_;
}

Result<FirewallLoader::Outcome> FirewallLoader::load(FirewallTable wanted, bool recheck) {
  const bool same = loaded_ == wanted;
  if (same && !recheck) return Outcome{};
  if (loaded_ && is_untouched()) {
    if (same) return Outcome{};
    if (auto changed = change_elements(wanted)) {
      loaded_ = std::move(wanted);
      return *changed;
    }
  }
  auto ensured = ensure(wanted);
  if (ensured) loaded_ = std::move(wanted);
  return ensured;
}

/// nullopt: that does not do, or was refused; the table is as it was.
std::optional<FirewallLoader::Outcome> FirewallLoader::change_elements(
    const FirewallTable& wanted) {
  if (!loaded_ || !generation_) return std::nullopt;
  const auto changes = difference(*loaded_, wanted);
  if (!changes) return std::nullopt;
  const auto written = firewall_.change(*changes);
  if (!written) return std::nullopt;
  // Somebody else may have written in between: then the table is read when it is next looked at.
  const bool alone = *written == *generation_ + 1;
  generation_ = alone ? std::optional(*written) : std::nullopt;
  return Outcome{.written = Written::elements, .what = describe(*changes)};
}

Result<FirewallLoader::Outcome> FirewallLoader::ensure(const FirewallTable& wanted) {
  const auto before = firewall_.generation();
  const auto holds = firewall_.holds(wanted);
  if (!holds) return std::unexpected(holds.error());
  auto generation = before;
  if (!*holds) generation = firewall_.replace(wanted);
  if (!*holds && !generation) return std::unexpected(generation.error());
  generation_ = generation ? std::optional(*generation) : std::nullopt;
  if (*holds) return Outcome{};
  return Outcome{.written = Written::table, .what = "table inet kaido"};
}

}  // namespace kaido
