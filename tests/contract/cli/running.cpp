#include "running.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace kaido::test {
namespace {

constexpr int kPatience = 20'000;  // ms

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

void drop(int& fd) {
  const int old = std::exchange(fd, -1);
  if (old >= 0) close(old);
}

/// Takes what there is; closes `fd` at its end.
void take(int& fd, std::string& to) {
  std::array<char, 4096> bytes{};
  const auto count = ::read(fd, bytes.data(), bytes.size());
  if (count > 0)
    to.append(bytes.data(), static_cast<std::size_t>(count));
  else
    drop(fd);
}

}  // namespace

Running::Running(std::vector<std::string> command, const std::string& input) {
  const auto in = make_pipe();
  const auto out_ends = make_pipe();
  const auto err_ends = make_pipe();
  out_ = out_ends[0];
  err_ = err_ends[0];
  std::vector<char*> words;
  for (auto& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err_ends[1], STDERR_FILENO);
  const int failed = posix_spawnp(&pid_, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  // Less than a pipe holds: nobody waits.
  const auto written = write(in[1], input.data(), input.size());
  for (const int fd : {in[0], in[1], out_ends[1], err_ends[1]}) close(fd);
  if (failed != 0) throw std::runtime_error("cannot run " + command[0]);
  if (written != static_cast<ssize_t>(input.size())) throw std::runtime_error("too much input");
}

Running::~Running() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  drop(out_);
  drop(err_);
}

bool Running::read() {
  std::array<pollfd, 2> waiting{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  if (out_ < 0 && err_ < 0) return false;
  if (poll(waiting.data(), waiting.size(), kPatience) <= 0)
    throw std::runtime_error("nothing comes after: " + out + err);
  if (waiting[0].revents != 0) take(out_, out);
  if (waiting[1].revents != 0) take(err_, err);
  return true;
}

std::string Running::line() {
  for (;;) {
    if (const auto at = out.find('\n'); at != std::string::npos) {
      auto taken = out.substr(0, at);
      out.erase(0, at + 1);
      return taken;
    }
    if (out_ < 0 || !read()) throw std::runtime_error("its output has ended: " + out + err);
  }
}

void Running::close_output() { drop(out_); }

int Running::end() {
  while (read()) {
  }
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Ended run(const std::vector<std::string>& command, const std::string& input) {
  Running running(command, input);
  const int exit = running.end();
  return {exit, std::move(running.out), std::move(running.err)};
}

}  // namespace kaido::test
