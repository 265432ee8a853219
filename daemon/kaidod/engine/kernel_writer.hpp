// Reads the kernel's links, addresses, rules and routes, and writes what differs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/kernel.hpp"
#include "engine/log.hpp"
#include "engine/log_limit.hpp"
#include "engine/notebook.hpp"
#include "engine/troubles.hpp"
#include "engine/wireguard_writer.hpp"
#include "ports/clock.hpp"
#include "ports/network_stack.hpp"

namespace kaido {

/// Synchronous, on the engine's strand. What the machine had before Kaido goes into the notebook
/// before it is changed. Failures are the condition "kernel".
class KernelWriter {
 public:
  KernelWriter(const Clock& clock, NetworkStack& stack, WireGuardWriter& wireguard,
               Notebook& notebook, Log& log, Troubles& troubles);

  [[nodiscard]] ReadScope scope(const Board& board) const;
  /// nullopt: it could not be read.
  std::optional<KernelState> read(const Board& board);
  /// Writes what differs from `observed`. True: something was changed or refused.
  bool write(const Board& board, const KernelState& observed);
  /// In the order given; the failures.
  std::vector<ChangeFailure> apply(const std::vector<KernelChange>& changes);

  struct Removed {
    std::vector<std::string> lines;  ///< one for each change that was made
    bool tunnels_left = false;       ///< a tunnel's device could not be removed
  };
  /// Removes everything with Kaido's mark and gives back what was there before. What failed stays
  /// in the notebook for another try.
  Result<Removed> remove_everything();

 private:
  void remember(const std::vector<KernelChange>& changes, const KernelState& observed,
                const Board& board);
  void write_lines(const std::vector<KernelChange>& changes,
                   const std::vector<ChangeFailure>& failures);

  const Clock& clock_;
  NetworkStack& stack_;
  WireGuardWriter& wireguard_;
  Notebook& notebook_;
  Log& log_;
  LogLimit limit_;
  Troubles& troubles_;
};

}  // namespace kaido
