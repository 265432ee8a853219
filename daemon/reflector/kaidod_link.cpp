#include "reflector/kaidod_link.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace kaido::reflector {
namespace {

constexpr int kAtOnce = 256;  // messages, before probes have their turn again

bool is_trusted(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == geteuid();
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

KaidodLink::KaidodLink(Descriptor listener, Sessions& sessions, Watch watch)
    : listener_(std::move(listener)), sessions_(sessions), watch_(std::move(watch)) {}

void KaidodLink::accept() {
  while (true) {
    Descriptor fresh(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fresh) return;
    if (!is_trusted(fresh.get())) {
      std::fputs("<4>a process that is neither root's nor ours wanted the claims: refused\n",
                 stderr);
      continue;
    }
    std::fputs("<6>kaidod is there\n", stderr);
    connection_.close();
    connection_ = std::move(fresh);
    waiting_ = false;
    told_older_ = false;
    watch_(connection_.get(), true, false);
    sessions_.connected();
  }
}

void KaidodLink::read(Instant now) {
  for (int i = 0; i < kAtOnce && connection_; ++i) {
    Message message;
    const auto size = recv(connection_.get(), &message, sizeof(message), MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0 && would_block()) return;
    if (size <= 0) return close("kaidod is gone");
    if (size < static_cast<ssize_t>(kOldestSize))
      return close("kaidod said what cannot be understood");
    if (size < static_cast<ssize_t>(sizeof(message))) {
      if (!std::exchange(told_older_, true))
        std::fputs("<4>kaidod is older than kaido-reflector: systemctl restart kaidod\n", stderr);
      continue;
    }
    sessions_.hear_kaidod(message, now);
  }
}

void KaidodLink::flush(Instant now) {
  if (!connection_) return;
  for (int i = 0; i < kAtOnce; ++i) {
    const auto word = sessions_.next_word(now);
    if (!word) return wait_for_room(false);
    const auto sent = send(connection_.get(), &*word, sizeof(*word), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && would_block()) return wait_for_room(true);
    if (sent < 0) return close("kaidod is gone");
    sessions_.told(now);
  }
  wait_for_room(true);  // the rest at the next turn
}

void KaidodLink::wait_for_room(bool wait) {
  if (waiting_ == wait) return;
  waiting_ = wait;
  watch_(connection_.get(), false, wait);
}

void KaidodLink::close(const char* why) {
  std::fprintf(stderr, "<6>%s\n", why);
  connection_.close();
  waiting_ = false;
  sessions_.disconnected();
}

}  // namespace kaido::reflector
