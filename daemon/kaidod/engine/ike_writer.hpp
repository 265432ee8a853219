// Gives charon the connections that the tunnels need.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/ike.hpp"
#include "engine/conditions.hpp"
#include "engine/log.hpp"
#include "ports/clock.hpp"
#include "ports/ike_control.hpp"

namespace kaido {

/// On the engine's strand; charon answers later. Owns charon-refused of the condition "charon".
class IkeWriter {
 public:
  IkeWriter(const Clock& clock, IkeControl& ike, Log& log, Conditions& conditions)
      : clock_(clock), ike_(ike), log_(log), conditions_(conditions) {}

  /// charon may hold something else than it was given.
  void recheck() { recheck_ = true; }
  /// Nothing, where it was given this already. Without a firewall nothing is given.
  void write(const Board& board);
  /// The fast path, without a look at the rest: these come, or take the place of those with their
  /// names, and those go. Without a firewall nobody comes, and who goes, goes.
  void change(const Board& board, std::vector<IkeConnection> come, std::vector<std::string> gone);
  /// Once charon has answered what it was given so far.
  void after(std::move_only_function<void()> then);
  /// Nothing is desired any more; the names of the connections that were unloaded.
  void remove(IkeControl::Done<std::vector<std::string>> done);

 private:
  IkeControl::Done<IkeControl::Names> on_answer();
  void on_written(const Result<std::vector<std::string>>& written);

  const Clock& clock_;
  IkeControl& ike_;
  Log& log_;
  Conditions& conditions_;
  IkeDesired given_;
  bool recheck_ = true;
  std::size_t under_way_ = 0;
  std::vector<std::move_only_function<void()>> after_;
  std::string refusal_;  ///< the last one that was logged
};

}  // namespace kaido
