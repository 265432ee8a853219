// Conditions that follow from the board alone.
#pragma once

#include <optional>
#include <string>

#include "core/board.hpp"
#include "engine/conditions.hpp"
#include "ports/clock.hpp"

namespace kaido {

/// On the engine's strand. Owns the conditions "uplink …", "identity", "network …" (but for its
/// limits) and charon-absent of "charon".
class Judge {
 public:
  Judge(const Clock& clock, const Board& board, Conditions& conditions)
      : clock_(clock), board_(board), conditions_(conditions) {}

  void judge();
  /// Before another configuration: what is not in it has no troubles any more.
  void forget_all_but(const Model& wanted);

 private:
  void hold(const std::string& subject, const std::optional<Error>& error);
  void judge_charon();
  void judge_networks();

  const Clock& clock_;
  const Board& board_;
  Conditions& conditions_;
};

}  // namespace kaido
