// A client of the portal: OpenSSL on a blocking socket, which gives up after ten seconds.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/descriptor.hpp"
#include "kaido/ip.hpp"

namespace kaido::portal {

struct HttpAnswer {
  int status = 0;                             ///< 0: there was none
  std::map<std::string, std::string> fields;  ///< names in small letters
  std::string body;
  std::vector<std::string> cookies;  ///< each Set-Cookie
};

struct ClientOptions {
  std::string source = "127.0.0.1";
  std::string server = "127.0.0.1";
  int newest = TLS1_3_VERSION;
  std::string protocols;    ///< ALPN, as it is on the wire
  std::string server_name;  ///< SNI; empty: none
  std::string certificate;  ///< its own, a PEM file; empty: none
  std::string key;          ///< of the certificate
};

class Client {
 public:
  explicit Client(std::uint16_t port, const ClientOptions& options = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  [[nodiscard]] bool handshake() const;
  void send(std::string_view text) const;
  void send_raw(std::string_view bytes) const;  ///< past TLS
  [[nodiscard]] HttpAnswer receive();
  /// The portal closes the connection, with TLS's own word for it or without.
  [[nodiscard]] bool is_closed();
  /// Something came, or the connection has ended, within this time.
  [[nodiscard]] bool has_news(std::chrono::milliseconds time) const;
  /// The server asked for a certificate.
  [[nodiscard]] bool was_asked() const { return asked_; }
  [[nodiscard]] int tickets() const { return tickets_; }
  [[nodiscard]] std::string protocol() const;
  [[nodiscard]] std::string certificate_name() const;  ///< its subject's common name

  /// A request with the fields that it must have.
  static std::string post(std::string_view path, std::string_view body);
  HttpAnswer ask(std::string_view path, std::string_view body) {
    send(post(path, body));
    return receive();
  }

 private:
  [[nodiscard]] bool fill();

  Descriptor socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::string read_;
  int tickets_ = 0;
  bool asked_ = false;
};

}  // namespace kaido::portal
