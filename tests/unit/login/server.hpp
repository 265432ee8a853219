// A TLS server on 127.0.0.1 that answers as a test wants.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "kaido/descriptor.hpp"
#include "material.hpp"

namespace kaido::cli::login {

struct Request {
  std::string path;
  std::string head;
  std::string body;
};

/// The bytes to send; nullopt: nothing, until the client goes away.
using Reply = std::function<std::optional<std::string>(const Request&)>;

enum class Manner : std::uint8_t {
  tls13,
  tls12,  ///< no TLS 1.3
  plain,  ///< no TLS: answers HTTP to whatever comes
  mute,   ///< accepts nothing
  asks,   ///< TLS 1.3, and serves nobody who shows no certificate, whosever it is
};

class Server {
 public:
  Server(const Issued& identity, Reply reply, Manner manner = Manner::tls13);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connections() const;

 private:
  void run();
  void serve(int client);
  void serve_tls(SSL& tls);

  Reply reply_;
  Manner manner_;
  SSL_CTX* context_;
  Descriptor listening_;
  Descriptor over_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::size_t connections_ = 0;
  std::jthread thread_;
};

/// A port of 127.0.0.1 where nobody listens.
class DeadPort {
 public:
  DeadPort();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Descriptor bound_;
  std::uint16_t port_ = 0;
};

/// A whole answer of HTTP.
[[nodiscard]] std::string http(unsigned status, const std::string& body,
                               const std::string& more = {});

}  // namespace kaido::cli::login
