// Keeps the table `inet kaido` as it should be, by the smallest write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ports/firewall.hpp"

namespace kaido {

/// Owns what was loaded last, and the ruleset's generation at that moment: while it stays the same,
/// nobody else has touched a table, and none has to be read. Synchronous, on the engine's strand.
/// Errors: the port's; the old table stays, and the next load() tries again.
class FirewallLoader {
 public:
  explicit FirewallLoader(Firewall& firewall) : firewall_(firewall) {}

  enum class Written : std::uint8_t { nothing, elements, table };
  struct Outcome {
    Written written = Written::nothing;
    std::string what;  ///< for the log; empty: nothing was written
  };
  /// `recheck`: somebody may have touched the table.
  Result<Outcome> load(FirewallTable wanted, bool recheck);

  /// nullopt: none was loaded or found, or it was removed since.
  [[nodiscard]] const std::optional<FirewallTable>& loaded() const { return loaded_; }
  /// Nobody has changed a table since the last load().
  [[nodiscard]] bool is_untouched();
  /// The table was removed.
  void forget();

 private:
  std::optional<Outcome> change_elements(const FirewallTable& wanted);
  Result<Outcome> ensure(const FirewallTable& wanted);

  Firewall& firewall_;
  std::optional<FirewallTable> loaded_;
  std::optional<Firewall::Generation> generation_;  ///< nullopt: the table has to be read
};

}  // namespace kaido
