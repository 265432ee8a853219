// A program that runs, with what it is told and what it says.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "kaido/descriptor.hpp"

namespace kaido::test {

/// Killed when this ends. Throws std::runtime_error when it cannot be run, has ended, or does not
/// say in half a minute what is waited for.
class Process {
 public:
  /// `said`: the descriptor that is read of it, 1 or 2; the other one is the test's own.
  Process(std::vector<std::string> command, int said);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void tell(const std::string& line);
  /// The next line that `fits`; those before it are dropped.
  std::string wait_for(const std::function<bool(const std::string&)>& fits);
  /// SIGKILL, and waits for its end. Any thread may call it while another waits for a line.
  void kill();

 private:
  std::string line(std::chrono::steady_clock::time_point limit);

  pid_t pid_ = -1;
  Descriptor in_;
  Descriptor out_;
  std::string read_;
};

}  // namespace kaido::test
