// A program that a test starts inside a namespace.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "lines/namespace.hpp"

namespace kaido::test {

/// Owns a running program and the pipe that it writes to, on its standard output and error. Dies
/// with the test, however that ends. One thread; a failure throws std::runtime_error with all that
/// the program has said.
class Program {
 public:
  Program(const Namespace& where, std::vector<std::string> command);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Waits, 20 s at most, for a line with `text` in it; what comes after `text` in that line.
  std::string await(std::string_view text);
  /// Waits for its end, 20 s at most; its exit status.
  int finish();
  /// All that it has said so far.
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  bool read();

  pid_t pid_ = -1;
  int output_ = -1;
  std::string said_;
};

}  // namespace kaido::test
