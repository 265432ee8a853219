// Whether the charon that people come in by is known to have holes.
#pragma once

#include <optional>
#include <string>

#include "core/board.hpp"
#include "engine/conditions.hpp"
#include "ports/clock.hpp"
#include "ports/packages.hpp"
#include "ports/workers.hpp"

namespace kaido {

/// On the engine's strand. Owns the condition of charon's package. It is looked at when a charon
/// comes, since that is the one which runs then.
class CharonAge {
 public:
  /// `packages`: null where the role has no people.
  CharonAge(const Clock& clock, Workers& workers, const Packages* packages, const Board& board,
            Conditions& conditions)
      : clock_(clock),
        workers_(workers),
        packages_(packages),
        board_(board),
        conditions_(conditions) {}

  void charon_came();
  /// Also when another configuration is in force.
  void judge();

 private:
  const Clock& clock_;
  Workers& workers_;
  const Packages* packages_;
  const Board& board_;
  Conditions& conditions_;
  std::optional<std::string> version_;  ///< of charon's package, when charon came
};

}  // namespace kaido
