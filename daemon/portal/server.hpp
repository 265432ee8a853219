// The portal as a whole: listens, lets clients in as far as there is room, and serves them.
//
// Owns the io_context; run() is its one thread. stop() and reload() may be called from another.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "portal/log.hpp"
#include "portal/settings.hpp"
#include "portal/sockets.hpp"

namespace kaido::portal {

struct Core;

class Server {
 public:
  /// Throws std::runtime_error (std::system_error is one) when it cannot serve.
  Server(const Sockets& sockets, const Settings& settings, Log log = Log());
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void run();
  void stop();
  /// The certificate's files are read.
  void reload();
  /// SIGTERM and SIGINT stop it, SIGHUP is reload().
  void obey_signals();
  /// Of the first socket.
  [[nodiscard]] std::uint16_t port() const;

 private:
  using Acceptor = boost::asio::ip::tcp::acceptor;

  void listen(const Descriptor& socket);
  boost::asio::awaitable<void> accept(Acceptor& acceptor);
  void admit(boost::asio::ip::tcp::socket socket);

  boost::asio::io_context io_{1};
  std::shared_ptr<Core> core_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  boost::asio::signal_set signals_;
};

}  // namespace kaido::portal
