#include "wire/seqpacket/client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace kaido::seqpacket {
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

}  // namespace

Client::Client(boost::asio::io_context& io, std::string path, std::size_t largest)
    : socket_(io), retry_(io), path_(std::move(path)), buffer_(largest) {}

Client::~Client() = default;

void Client::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  boost::asio::post(socket_.get_executor(), [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) attempt();
  });
}

void Client::attempt() {
  const int fd = connect_to(path_);
  if (fd < 0) {
    attempt_later();
    return report_down();
  }
  socket_.assign(fd);
  delay_ = kFirstRetry;
  reported_down_ = false;
  read_later();
  handlers_.on_up();
}

void Client::attempt_later() {
  retry_.expires_after(delay_);
  delay_ = std::min(delay_ * 2, kLastRetry);
  retry_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code code) {
    if (!code && !alive.expired()) attempt();
  });
}

void Client::read_later() {
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this, alive = std::weak_ptr(alive_)](boost::system::error_code code) {
                       if (!code && !alive.expired()) read();
                     });
}

void Client::read() {
  const std::weak_ptr alive(alive_);
  for (int i = 0; i < kTurn; ++i) {
    const bool more = read_one();
    if (alive.expired() || !socket_.is_open()) return;
    if (!more) break;
  }
  read_later();
}

bool Client::read_one() {
  // Of a longer message only its beginning is read, and its true length returned.
  const auto got =
      recv(socket_.native_handle(), buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC);
  if (got < 0 && errno == EINTR) return true;
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) {
    lost();
    return false;
  }
  const auto length = static_cast<std::size_t>(got);
  handlers_.on_message(std::span(buffer_).first(std::min(length, buffer_.size())), length);
  return true;
}

void Client::lost() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  attempt_later();
  report_down();
}

void Client::report_down() {
  if (!std::exchange(reported_down_, true)) handlers_.on_down();
}

bool Client::send(std::span<const std::byte> message) {
  const auto sent =
      ::send(socket_.native_handle(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0 || errno != EAGAIN) return true;
  write_later();
  return false;
}

void Client::write_later() {
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                     [this, alive = std::weak_ptr(alive_)](boost::system::error_code code) {
                       if (!code && !alive.expired()) handlers_.on_writable();
                     });
}

}  // namespace kaido::seqpacket
