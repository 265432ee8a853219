#include "lines/namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace kaido::test {
namespace {

int own() {
  const int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw std::runtime_error("no /proc");
  return fd;
}

void enter(int fd) {
  if (setns(fd, CLONE_NEWNET) != 0) throw std::runtime_error("setns");
}

}  // namespace

Namespace::Namespace() {
  const int before = own();
  if (unshare(CLONE_NEWNET) != 0) throw std::runtime_error("no network namespace: are we root?");
  fd_ = own();
  enter(before);
  close(before);
  ip("link set lo up\n");
}

Namespace::~Namespace() { close(fd_); }

void Namespace::run(const std::function<void()>& work) const {
  const int before = own();
  enter(fd_);
  work();
  enter(before);
  close(before);
}

void Namespace::batch(const char* command, std::string_view lines) const {
  int status = -1;
  run([&] {
    auto* const pipe = popen(command, "w");
    if (pipe == nullptr) return;
    std::fwrite(lines.data(), 1, lines.size(), pipe);
    status = pclose(pipe);
  });
  if (status != 0) throw std::runtime_error(fmt::format("{} refuses one of:\n{}", command, lines));
}

void Namespace::set(const std::string& name, std::string_view value) const {
  run([&] { std::ofstream("/proc/sys/net/" + name) << value; });
}

std::string Namespace::path() const { return fmt::format("/proc/{}/fd/{}", getpid(), fd_); }

}  // namespace kaido::test
