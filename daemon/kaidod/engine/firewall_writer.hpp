// Writes the firewall, and keeps it for the next boot.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "engine/firewall_loader.hpp"
#include "engine/log.hpp"
#include "engine/log_limit.hpp"
#include "engine/troubles.hpp"
#include "ports/clock.hpp"
#include "ports/firewall.hpp"
#include "ports/notebook_file.hpp"

namespace kaido {

/// Synchronous, on the engine's strand. Failures are the conditions "firewall" and "guard".
class FirewallWriter {
 public:
  FirewallWriter(const Clock& clock, Firewall& firewall, NotebookFile& store, Log& log,
                 Troubles& troubles)
      : clock_(clock),
        firewall_(firewall),
        store_(store),
        log_(log),
        troubles_(troubles),
        loader_(firewall) {}

  /// It is loaded, and nobody has changed a table since.
  [[nodiscard]] bool is_untouched() { return guarded() && loader_.is_untouched(); }
  /// Somebody may have touched the table.
  void recheck() { recheck_ = true; }
  /// Why it could not be loaded; the old one stays.
  std::optional<Error> write(const Board& board);
  /// The table was loaded, or found, and not removed since.
  [[nodiscard]] bool guarded() const { return loader_.loaded().has_value(); }
  /// True: it was there.
  bool remove();

 private:
  void save();

  const Clock& clock_;
  Firewall& firewall_;
  NotebookFile& store_;
  Log& log_;
  Troubles& troubles_;
  bool recheck_ = true;
  FirewallLoader loader_;
  LogLimit limit_;
  bool saved_ = false;  ///< the store has what is loaded
};

}  // namespace kaido
