#include "tcp_flow.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace lab {
namespace {

constexpr std::uint16_t kPort = 5002;
constexpr std::size_t kChunk = 2500;     // bytes a write: 10 ms at 2 Mbit/s
constexpr std::size_t kMaxBacklog = 64;  // chunks sent at once after a pause
constexpr auto kRetry = std::chrono::milliseconds(200);
constexpr auto kHandshake = std::chrono::seconds(5);  // then it is tried again

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN; }

}  // namespace

TcpFlow::TcpFlow(Direction direction, const End& client, const End& server, std::uint64_t rate,
                 Clock::time_point now)
    : direction_(direction),
      client_end_(client),
      server_end_(server),
      port_(direction == Direction::kUp ? kPort : kPort + 1),
      rate_(rate),
      listener_(bound_socket(server, port_, SOCK_STREAM)),
      last_data_(now) {
  if (::listen(listener_.get(), 4) != 0) {
    throw std::system_error(errno, std::generic_category(), "listen");
  }
  connect(now);
}

std::vector<int> TcpFlow::sockets() const {
  std::vector<int> result{listener_.get()};
  if (client_.valid()) result.push_back(client_.get());
  if (server_.valid()) result.push_back(server_.get());
  return result;
}

void TcpFlow::work(Clock::time_point now) {
  accept(now);
  if (!established()) {
    if (sending_ && now >= next_attempt_) connect(now);
    return;
  }
  send_due(now);
  if (established()) receive(now);
}

void TcpFlow::connect(Clock::time_point now) {
  client_ = bound_socket(client_end_, 0, SOCK_STREAM);
  const SocketAddress peer = socket_address(server_end_.address, port_);
  const int result =
      ::connect(client_.get(), reinterpret_cast<const sockaddr*>(&peer.storage), peer.size);
  const bool under_way = result == 0 || errno == EINPROGRESS;
  next_attempt_ = under_way ? now + kHandshake : now + kRetry;
}

void TcpFlow::accept(Clock::time_point now) {
  Descriptor accepted(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!accepted.valid()) return;
  server_ = std::move(accepted);
  paced_since_ = now;
  paced_bytes_ = 0;
}

void TcpFlow::send_due(Clock::time_point now) {
  static constexpr std::array<char, kChunk> kData{};
  const int sender = (direction_ == Direction::kUp ? client_ : server_).get();
  const auto elapsed = static_cast<std::uint64_t>(Nanoseconds(now - paced_since_).count());
  const std::uint64_t due = rate_ / 8 * (elapsed / 1000) / 1'000'000;
  // What a stalled connection did not send is not made up for beyond the backlog.
  paced_bytes_ = std::max(paced_bytes_, due - std::min(due, kChunk * kMaxBacklog));
  while (sending_ && paced_bytes_ + kChunk <= due) {
    const auto size = ::send(sender, kData.data(), kData.size(), MSG_NOSIGNAL);
    if (size < 0) {
      if (!would_block()) broken(now);
      return;
    }
    paced_bytes_ += static_cast<std::uint64_t>(size);
  }
}

void TcpFlow::receive(Clock::time_point now) {
  std::array<char, 65536> buffer;
  for (const bool sink : {true, false}) {
    // The sender's socket is read too: that is how a reset shows there.
    const int socket = ((direction_ == Direction::kUp) == sink ? server_ : client_).get();
    for (;;) {
      const auto size = ::recv(socket, buffer.data(), buffer.size(), 0);
      if (size < 0 && would_block()) break;
      if (size <= 0) return broken(now);
      if (!sink) continue;
      received_bytes_ += static_cast<std::uint64_t>(size);
      longest_stall_ = std::max(longest_stall_, Nanoseconds(now - last_data_));
      last_data_ = now;
    }
  }
}

void TcpFlow::broken(Clock::time_point now) {
  ++resets_;
  client_.reset();
  server_.reset();
  next_attempt_ = now + kRetry;
}

Nanoseconds TcpFlow::stall(Clock::time_point now) const {
  return sending_ ? std::max(longest_stall_, Nanoseconds(now - last_data_)) : longest_stall_;
}

std::string TcpFlow::json(Clock::time_point now) const {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(),
                "{\"bytes\": %llu, \"stall_ms\": %.1f, \"flows_reset\": %llu}",
                static_cast<unsigned long long>(received_bytes_), milliseconds(stall(now)),
                static_cast<unsigned long long>(resets_));
  return text.data();
}

}  // namespace lab
