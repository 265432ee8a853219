#include "server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace kaido::cli::login {
namespace {

std::uint16_t bind_anywhere(int socket) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("cannot bind");
  return ntohs(address.sin_port);
}

/// nullopt: it is not whole.
std::optional<Request> parse(const std::string& bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  Request request{.path = {}, .head = bytes.substr(0, end + 2), .body = bytes.substr(end + 4)};
  constexpr std::string_view field = "Content-Length: ";
  const auto at = request.head.find(field);
  std::size_t length = 0;
  if (at != std::string::npos)
    std::from_chars(request.head.data() + at + field.size(),
                    request.head.data() + request.head.size(), length);
  if (request.body.size() < length) return std::nullopt;
  const auto space = request.head.find(' ');
  request.path = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
  return request;
}

}  // namespace

Server::Server(const Issued& identity, Reply reply, Manner manner)
    : reply_(std::move(reply)),
      manner_(manner),
      context_(SSL_CTX_new(TLS_server_method())),
      listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      over_(eventfd(0, EFD_CLOEXEC)) {
  if (manner == Manner::asks) {
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(context_, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  }
  if (manner == Manner::tls12) SSL_CTX_set_max_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_use_certificate(context_, identity.certificate.get());
  SSL_CTX_use_PrivateKey(context_, identity.key.get());
  port_ = bind_anywhere(listening_.get());
  if (listen(listening_.get(), 16) != 0) throw std::runtime_error("cannot listen");
  if (manner != Manner::mute) thread_ = std::jthread([this] { run(); });
}

Server::~Server() {
  eventfd_write(over_.get(), 1);
  if (thread_.joinable()) thread_.join();
  SSL_CTX_free(context_);
}

std::size_t Server::connections() const {
  const std::scoped_lock lock(mutex_);
  return connections_;
}

void Server::run() {
  // A client that has gone away shall not end the tests. The client itself must do without this.
  sigset_t blocked{};
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  for (;;) {
    std::array<pollfd, 2> polled{pollfd{listening_.get(), POLLIN, 0},
                                 pollfd{over_.get(), POLLIN, 0}};
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    if (polled[1].revents != 0) return;
    const Descriptor client(accept(listening_.get(), nullptr, nullptr));
    if (!client) continue;
    {
      const std::scoped_lock lock(mutex_);
      ++connections_;
    }
    serve(client.get());
  }
}

void Server::serve(int client) {
  if (manner_ == Manner::plain) {
    const auto answer = http(400, "{}");
    send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    std::array<char, 4096> ignored;
    while (recv(client, ignored.data(), ignored.size(), 0) > 0) continue;
    return;
  }
  SSL* tls = SSL_new(context_);
  SSL_set_fd(tls, client);
  if (SSL_accept(tls) == 1) serve_tls(*tls);
  SSL_free(tls);
}

void Server::serve_tls(SSL& tls) {
  std::string bytes;
  std::array<char, 4096> part;
  for (;;) {
    const int count = SSL_read(&tls, part.data(), part.size());
    if (count <= 0) return;
    bytes.append(part.data(), static_cast<std::size_t>(count));
    const auto request = parse(bytes);
    if (!request) continue;
    bytes.clear();
    const auto answer = reply_(*request);
    if (!answer) continue;
    if (answer->empty()) return;
    if (SSL_write(&tls, answer->data(), static_cast<int>(answer->size())) <= 0) return;
    if (answer->contains("Connection: close")) {
      SSL_shutdown(&tls);
      return;
    }
  }
}

DeadPort::DeadPort() : bound_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  port_ = bind_anywhere(bound_.get());
}

std::string http(unsigned status, const std::string& body, const std::string& more) {
  return fmt::format(
      "HTTP/1.1 {} Whatever\r\nContent-Type: application/json\r\n{}Content-Length: {}\r\n\r\n{}",
      status, more, body.size(), body);
}

}  // namespace kaido::cli::login
