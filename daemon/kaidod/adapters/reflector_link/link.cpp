#include "adapters/reflector_link/link.hpp"

#include <net/if.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace kaido::reflector_link {
namespace {

// After so many messages others get their turn.
constexpr int kTurn = 64;

// A descriptor, or -1. A Unix socket's connect is done at once, or refused.
int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return -1;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

std::optional<ClaimEvent> to_event(const reflector::Message& message) {
  switch (message.kind) {
    case reflector::Kind::claim: {
      std::array<char, IF_NAMESIZE> name{};
      const auto* const known = if_indextoname(message.interface, name.data());
      return ClaimHeard{.message = message, .device = known == nullptr ? "" : known};
    }
    case reflector::Kind::silent:
      return SiteSilent{.site = message.site};
    case reflector::Kind::applied:
      break;
  }
  return std::nullopt;
}

}  // namespace

Link::Link(boost::asio::io_context& io, std::string path)
    : socket_(io), retry_(io), path_(std::move(path)) {}

Link::~Link() = default;

void Link::start(std::move_only_function<void(const ClaimEvent&)> on_event) {
  on_event_ = std::move(on_event);
  boost::asio::post(socket_.get_executor(), [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) attempt();
  });
}

void Link::attempt() {
  const int fd = connect_to(path_);
  if (fd < 0) {
    attempt_later();
    return tell_down();
  }
  socket_.assign(fd);
  delay_ = kFirstRetry;
  told_down_ = told_outdated_ = false;
  read_later();
  tell(ReflectorUp{});
}

void Link::attempt_later() {
  retry_.expires_after(delay_);
  delay_ = std::min(delay_ * 2, kLastRetry);
  retry_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code code) {
    if (!code && !alive.expired()) attempt();
  });
}

void Link::read_later() {
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this, alive = std::weak_ptr(alive_)](boost::system::error_code code) {
                       if (!code && !alive.expired()) read();
                     });
}

void Link::read() {
  const std::weak_ptr alive(alive_);
  for (int i = 0; i < kTurn; ++i) {
    const bool more = read_one();
    if (alive.expired() || !socket_.is_open()) return;
    if (!more) break;
  }
  read_later();
}

bool Link::read_one() {
  reflector::Message message;
  // Of a longer message only its beginning is taken, and its true length returned.
  const auto got =
      recv(socket_.native_handle(), &message, sizeof(message), MSG_DONTWAIT | MSG_TRUNC);
  if (got < 0 && errno == EINTR) return true;
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) {
    lost();
    return false;
  }
  if (got < static_cast<ssize_t>(sizeof(message))) {
    const bool older = got >= static_cast<ssize_t>(reflector::kOldestSize);
    if (older && !std::exchange(told_outdated_, true)) tell(ReflectorOutdated{});
    return true;
  }
  if (const auto event = to_event(message)) tell(*event);
  return true;
}

void Link::lost() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  writing_ = false;
  // The reflector forgets with the connection, and hears of what is in force as it tells anew.
  unsent_.clear();
  attempt_later();
  tell_down();
}

void Link::tell_down() {
  if (!std::exchange(told_down_, true)) tell(ReflectorDown{});
}

void Link::tell(const ClaimEvent& event) { on_event_(event); }

void Link::applied(const reflector::SiteKey& site, const stamp::Claim& claim) {
  if (!socket_.is_open()) return;
  reflector::Message message;
  message.kind = reflector::Kind::applied;
  message.site = site;
  message.epoch = claim.epoch;
  message.generation = claim.generation;
  message.hub = claim.hub;
  message.transport = claim.transport;
  message.slot = claim.slot;
  message.carries = claim.carries ? 1 : 0;
  unsent_.insert_or_assign(site, message);
  if (!writing_) write();
}

// What the reflector is too busy to take waits, the newest word per site only. A connection that
// has ended is for read_one to find, never for the caller of applied().
void Link::write() {
  while (!unsent_.empty()) {
    const auto& message = unsent_.begin()->second;
    const auto sent =
        ::send(socket_.native_handle(), &message, sizeof(message), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return write_later();
    unsent_.erase(unsent_.begin());
  }
}

void Link::write_later() {
  writing_ = true;
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                     [this, alive = std::weak_ptr(alive_)](boost::system::error_code code) {
                       if (code || alive.expired()) return;
                       writing_ = false;
                       write();
                     });
}

}  // namespace kaido::reflector_link
