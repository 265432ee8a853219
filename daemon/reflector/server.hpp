// The reflector without its command line: one thread around epoll. Sleeps until a packet, kaidod,
// stop() or the end of a site's hold time wakes it.
#pragma once

#include "reflector/kaidod_link.hpp"
#include "reflector/sessions.hpp"
#include "reflector/sockets.hpp"
#include "reflector/udp.hpp"

namespace kaido::reflector {

class Server {
 public:
  /// Throws std::system_error.
  explicit Server(Sockets sockets);

  /// Until stop(); throws std::system_error when it cannot wait.
  void run();
  /// Waits for one thing to do and does it. False: stop() was called.
  bool turn();
  /// From any thread or signal handler.
  void stop() const;
  [[nodiscard]] std::uint16_t port() const { return udp_.port(); }
  [[nodiscard]] std::uint64_t answered() const { return udp_.counts().answered; }

 private:
  enum class Source : std::uint32_t { udp, listener, kaidod, stop };

  void watch(int fd, Source source, bool fresh, bool write) const;
  [[nodiscard]] int timeout() const;
  /// False: stop.
  bool handle(Source source);

  Descriptor epoll_;
  Descriptor stop_;
  Sessions sessions_;
  Udp udp_;
  KaidodLink link_;
};

}  // namespace kaido::reflector
