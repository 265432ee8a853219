// A client of a Unix socket that keeps messages apart (SOCK_SEQPACKET).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kaido::seqpacket {

/// Owns one connection. On the thread of its io_context; nothing waits. A connection that fails or
/// ends is made anew after kFirstRetry, then after twice as long each time up to kLastRetry. The
/// handlers never run from inside a call, and not after destruction; each may destroy the client.
class Client {
 public:
  static constexpr std::chrono::milliseconds kFirstRetry{100};
  static constexpr std::chrono::milliseconds kLastRetry{2000};

  struct Handlers {
    std::move_only_function<void()> on_up;
    std::move_only_function<void()> on_down;  ///< once for each on_up, and when the first attempt
                                              ///< of all fails
    /// `message`: up to `largest` bytes of its beginning; `length`: what it had.
    std::move_only_function<void(std::span<const std::byte> message, std::size_t length)>
        on_message;
    std::move_only_function<void()> on_writable;  ///< after a send() that found no room
  };

  /// `largest`: bytes of a message that are kept. A path that is too long for a Unix socket is one
  /// that nobody listens at.
  Client(boost::asio::io_context& io, std::string path, std::size_t largest);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Begins to connect. Called once.
  void start(Handlers handlers);
  [[nodiscard]] bool is_connected() const { return socket_.is_open(); }
  /// One message, while connected. False: the peer is too busy, and on_writable comes when it is
  /// not. A message to a connection that has ended is lost; reading finds the end.
  [[nodiscard]] bool send(std::span<const std::byte> message);

 private:
  void attempt();
  void attempt_later();
  void read();
  void read_later();
  void write_later();
  void lost();
  void report_down();
  /// One message; false: there is none for now, or the connection is gone.
  bool read_one();

  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer retry_;
  std::string path_;
  std::vector<std::byte> buffer_;
  std::chrono::milliseconds delay_ = kFirstRetry;
  Handlers handlers_;
  bool reported_down_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< asio's handlers hold it weakly
};

}  // namespace kaido::seqpacket
