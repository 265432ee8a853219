// kaido-portal in memory.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "ports/portal.hpp"

namespace kaido::fake {

/// A portal that a test steers. Single-threaded. Nothing is called from inside a call: questions
/// wait in a queue that `pump()` runs. Keeps the contract of tests/contract/portal.
class Portal final : public kaido::Portal {
 public:
  void start(std::move_only_function<void(const portal::Packet&)> on_question) override;
  void answer(portal::Packet packet) override;

  /// Runs what waits, and what that makes wait; false when there was nothing.
  bool pump();

  // The world.
  /// It runs from the beginning. It forgets when it stops.
  void start_portal() { running_ = true; }
  void stop_portal();
  /// With an id of the portal's own.
  void ask(portal::Packet packet);
  /// What it was answered, with its own ids again.
  [[nodiscard]] const std::vector<portal::Packet>& answers() const { return answers_; }

 private:
  std::move_only_function<void(const portal::Packet&)> on_question_;
  std::deque<portal::Packet> queue_;
  std::map<std::uint64_t, std::uint64_t> theirs_;  ///< the portal's id, by the port's
  std::uint64_t last_ = 0;
  bool running_ = true;
  std::vector<portal::Packet> answers_;
};

}  // namespace kaido::fake
