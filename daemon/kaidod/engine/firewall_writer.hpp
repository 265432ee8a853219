// Writes the firewall, and keeps it for the next boot.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "engine/log.hpp"
#include "engine/troubles.hpp"
#include "ports/firewall.hpp"
#include "ports/store.hpp"

namespace kaido {

/// Synchronous, on the engine's strand. Failures are the conditions "firewall" and "guard".
class FirewallWriter {
 public:
  FirewallWriter(Firewall& firewall, Store& store, Log& log, Troubles& troubles)
      : firewall_(firewall), store_(store), log_(log), troubles_(troubles) {}

  /// Somebody may have touched the table.
  void recheck() { recheck_ = true; }
  /// Why it could not be loaded; the old one stays.
  std::optional<Error> write(const Board& board);
  /// The table was loaded, or found, and not removed since.
  [[nodiscard]] bool guarded() const { return !loaded_.empty(); }
  /// True: it was there.
  bool remove();

 private:
  void save();

  Firewall& firewall_;
  Store& store_;
  Log& log_;
  Troubles& troubles_;
  bool recheck_ = true;
  std::string loaded_;
  std::optional<std::size_t> saved_;  ///< a hash of what the store has
};

}  // namespace kaido
