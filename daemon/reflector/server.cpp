#include "reflector/server.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <span>
#include <system_error>

namespace kaido::reflector {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

Seed random_seed() {
  Seed seed{};
  if (getrandom(seed.data(), sizeof(seed), 0) != static_cast<ssize_t>(sizeof(seed)))
    fail("getrandom");
  return seed;
}

Descriptor checked(int fd, const char* what) {
  if (fd < 0) fail(what);
  return Descriptor(fd);
}

}  // namespace

Server::Server(Sockets sockets)
    : epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      stop_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      sessions_(random_seed()),
      udp_(std::move(sockets.udp), sessions_),
      link_(std::move(sockets.link), sessions_,
            [this](int fd, bool fresh, bool write) { watch(fd, Source::kaidod, fresh, write); }) {
  watch(stop_.get(), Source::stop, true, false);
  watch(udp_.fd(), Source::udp, true, false);
  watch(link_.listener(), Source::listener, true, false);
}

void Server::watch(int fd, Source source, bool fresh, bool write) const {
  epoll_event event{};
  event.events = EPOLLIN | (write ? EPOLLOUT : 0U);
  event.data.u32 = static_cast<std::uint32_t>(source);
  if (epoll_ctl(epoll_.get(), fresh ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) != 0)
    fail("epoll_ctl");
}

void Server::stop() const { eventfd_write(stop_.get(), 1); }

int Server::timeout() const {
  const auto deadline = sessions_.next_deadline();
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<milliseconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void Server::run() {
  while (turn()) {
  }
}

bool Server::turn() {
  std::array<epoll_event, 4> events{};
  const int count =
      epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout());
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  for (const auto& event : std::span(events).first(static_cast<std::size_t>(std::max(count, 0))))
    if (!handle(static_cast<Source>(event.data.u32))) return false;
  const auto now = Clock::now();
  sessions_.expire(now);
  link_.flush(now);
  return true;
}

bool Server::handle(Source source) {
  switch (source) {
    case Source::udp:
      udp_.serve(Clock::now());
      return true;
    case Source::listener:
      link_.accept();
      return true;
    case Source::kaidod:
      link_.read(Clock::now());
      return true;
    case Source::stop:
      return false;
  }
  return true;
}

}  // namespace kaido::reflector
