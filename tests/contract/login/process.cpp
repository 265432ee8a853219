#include "process.hpp"

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

constexpr std::chrono::seconds kPatience{30};
constexpr int kUnread = 1 << 20;  // bytes: a program that nobody listens to for a while goes on

struct Pipe {
  Descriptor read;
  Descriptor write;
};
Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace

Process::Process(std::vector<std::string> command, int said) {
  std::signal(SIGPIPE, SIG_IGN);  // to be told is nothing for who was killed
  auto in = make_pipe();
  auto out = make_pipe();
  fcntl(out.write.get(), F_SETPIPE_SZ, kUnread);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (auto& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), said);
  const int failed = posix_spawn(&pid_, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot run " + command[0]);
  in_ = std::move(in.write);
  out_ = std::move(out.read);
}

Process::~Process() { kill(); }

void Process::kill() {
  const auto pid = std::exchange(pid_, -1);
  if (pid < 0) return;
  ::kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

void Process::tell(const std::string& line) {
  const auto text = line + '\n';
  if (write(in_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("cannot be told: " + line);
}

std::string Process::wait_for(const std::function<bool(const std::string&)>& fits) {
  const auto limit = std::chrono::steady_clock::now() + kPatience;
  for (;;)
    if (auto next = line(limit); fits(next)) return next;
}

std::string Process::line(std::chrono::steady_clock::time_point limit) {
  for (;;) {
    if (const auto at = read_.find('\n'); at != std::string::npos) {
      auto taken = read_.substr(0, at);
      read_.erase(0, at + 1);
      return taken;
    }
    pollfd waiting{.fd = out_.get(), .events = POLLIN, .revents = 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        limit - std::chrono::steady_clock::now());
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
      throw std::runtime_error("nothing comes: " + read_);
    std::array<char, 4096> bytes{};
    const auto size = read(out_.get(), bytes.data(), bytes.size());
    if (size <= 0) throw std::runtime_error("it has ended: " + read_);
    read_.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace kaido::test
