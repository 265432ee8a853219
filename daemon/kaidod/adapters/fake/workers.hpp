// Work that a test runs.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "ports/workers.hpp"

namespace kaido::fake {

/// Runs nothing before poll(). One thread. Keeps the contract of tests/contract/workers.
class Workers final : public kaido::Workers {
 public:
  void run(Work work, Done done) override;

  /// Runs what waits, and what that hands in: each work, and its `done` at once. How many.
  std::size_t poll();
  /// As if the process had died.
  void drop() { jobs_.clear(); }
  [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }

 private:
  struct Job {
    Work work;
    Done done;
  };
  std::deque<Job> jobs_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< poll() holds it weakly
};

}  // namespace kaido::fake
