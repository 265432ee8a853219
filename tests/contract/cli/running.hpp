// A program that a test runs: what it prints, and how it ends.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace kaido::test {

/// Owns a process and the pipes to its standard output and error; its standard input is empty, or
/// `input`. One thread. Waits 20 s at most for anything, then throws std::runtime_error.
class Running {
 public:
  explicit Running(std::vector<std::string> command, const std::string& input = {});
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// The next line of its standard output, without the line feed.
  std::string line();
  /// As `| head` does it when it has seen enough.
  void close_output();
  /// Its exit status once it has ended, or minus the signal that ended it.
  int end();

  /// What has come and no line() has taken; all of it after end().
  std::string out;
  std::string err;

 private:
  /// False: both ends are closed.
  bool read();

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

struct Ended {
  int exit = 0;
  std::string out;
  std::string err;
};

/// Runs it to its end.
Ended run(const std::vector<std::string>& command, const std::string& input = {});

}  // namespace kaido::test
