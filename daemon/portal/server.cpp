#include "portal/server.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "portal/connection.hpp"

namespace kaido::portal {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kPause{100};  // when there are no descriptors, for instance

/// An IPv4 client of an IPv6 socket is an IPv4 client.
IpAddress address_of(const tcp::endpoint& endpoint) {
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  if (address.is_v6()) return {Family::v6, address.to_v6().to_bytes()};
  std::array<std::uint8_t, 16> bytes{};
  std::ranges::copy(address.to_v4().to_bytes(), bytes.begin());
  return {Family::v4, bytes};
}

tcp protocol_of(int fd) {
  int domain = AF_INET;
  socklen_t size = sizeof(domain);
  getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return domain == AF_INET6 ? tcp::v6() : tcp::v4();
}

}  // namespace

Server::Server(const Sockets& sockets, const Settings& settings, Log log) : signals_(io_) {
  if (sockets.https.empty() || !sockets.kaidod)
    throw std::runtime_error("a socket for clients and one for kaidod are needed");
  core_ = std::make_shared<Core>(io_, sockets.kaidod, settings, std::move(log));
  for (const auto& socket : sockets.https) listen(socket);
}

Server::~Server() = default;

void Server::listen(const Descriptor& socket) {
  acceptors_.push_back(std::make_unique<Acceptor>(io_));
  acceptors_.back()->assign(protocol_of(socket.get()), fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
  asio::co_spawn(io_, accept(*acceptors_.back()), asio::detached);
}

void Server::run() { io_.run(); }

void Server::stop() {
  asio::post(io_, [this] { io_.stop(); });
}

void Server::reload() {
  asio::post(io_, [this] { core_->certificate.reload(); });
}

void Server::obey_signals() {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal);
  signals_.async_wait([this](boost::system::error_code code, int signal) {
    if (code) return;
    if (signal != SIGHUP) return io_.stop();
    core_->certificate.reload();
    obey_signals();
  });
}

std::uint16_t Server::port() const { return acceptors_.front()->local_endpoint().port(); }

asio::awaitable<void> Server::accept(Acceptor& acceptor) {
  asio::steady_timer pause(io_);
  while (true) {
    auto [code, socket] = co_await acceptor.async_accept(kAwait);
    if (!code) {
      admit(std::move(socket));
      continue;
    }
    core_->log.write(Level::warning, "a connection could not be taken");
    pause.expires_after(kPause);
    co_await pause.async_wait(kAwait);
  }
}

void Server::admit(tcp::socket socket) {
  boost::system::error_code code;
  const auto peer = socket.remote_endpoint(code);
  if (code) return;
  const auto here = socket.local_endpoint(code);
  if (code) return;
  const auto source = address_of(peer);
  socket.set_option(tcp::no_delay(true), code);
  auto context = core_->certificate.current(std::chrono::steady_clock::now());
  const auto connection = std::make_shared<Connection>(std::move(socket), core_, std::move(context),
                                                       source, address_of(here));
  const auto place = core_->places.take(source, [weak = std::weak_ptr(connection)] {
    if (const auto old = weak.lock()) old->close();
  });
  if (!place) {
    core_->log.write(Level::warning, "too many connections, refused", source.to_string());
    return;
  }
  connection->sit(*place);
  asio::co_spawn(io_, connection->run(),
                 [core = core_, place = *place](const std::exception_ptr& problem) {
                   if (!problem) return;
                   core->places.leave(place);
                   core->log.write(Level::error, "a connection failed");
                 });
}

}  // namespace kaido::portal
