#include "lines/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace kaido::test {
namespace {

constexpr int kPatience = 20'000;  // ms; Python is slow on a busy machine

[[noreturn]] void become(const std::vector<char*>& command, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvp(command[0], command.data());
  _exit(127);
}

}  // namespace

Program::Program(const Namespace& where, std::vector<std::string> command) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  output_ = ends[0];
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  where.run([&] {
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) become(arguments, ends[1], parent);
  });
  close(ends[1]);
  if (pid_ < 0) throw std::runtime_error("no " + command[0]);
}

Program::~Program() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  close(output_);
}

// False: it has ended.
bool Program::read() {
  pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, kPatience) != 1) throw std::runtime_error("nothing comes after: " + said_);
  std::array<char, 4096> bytes{};
  const auto count = ::read(output_, bytes.data(), bytes.size());
  if (count > 0) said_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

std::string Program::await(std::string_view text) {
  while (true) {
    const auto at = said_.find(text);
    const auto end = at == std::string::npos ? at : said_.find('\n', at);
    if (end != std::string::npos) return said_.substr(at + text.size(), end - at - text.size());
    if (!read()) throw std::runtime_error("it has ended: " + said_);
  }
}

int Program::finish() {
  while (read()) {
  }
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace kaido::test
