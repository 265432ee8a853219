// TLS 1.3 to a hub, with its certificate and its name verified.
#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "exit.hpp"
#include "kaido/descriptor.hpp"
#include "login/device.hpp"
#include "login/trouble.hpp"
#include "login/url.hpp"
#include "login/wait.hpp"

namespace kaido::cli::login {

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTls>;

/// Whose certificates count: those of authorities in `trust` (PEM); empty: the system's.
[[nodiscard]] Outcome<TlsContext> make_context(const std::filesystem::path& trust);

/// It is shown to a hub that asks for it: one that says nothing to who has none. It says who the
/// device is to that hub alone, whose own certificate was verified before.
[[nodiscard]] Outcome<void> show_certificate(SSL_CTX& context, const Device& device);

/// Threading: one thread at a time; the context may be shared.
class TlsStream {
 public:
  /// Shakes hands.
  [[nodiscard]] static Got<TlsStream> open(Descriptor socket, SSL_CTX& context, const HubUrl& url,
                                           const Wait& wait);

  [[nodiscard]] Got<void> send(std::string_view bytes, const Wait& wait);
  /// How many bytes came; 0: the other side has ended the connection.
  [[nodiscard]] Got<std::size_t> receive(std::span<char> to, const Wait& wait);

 private:
  TlsStream(Descriptor socket, SSL_CTX& context);

  /// Calls until it is through: the number it gives, 0 at the end.
  [[nodiscard]] Got<int> drive(const std::function<int()>& call, const Wait& wait);
  /// What OpenSSL wants to say goes out.
  [[nodiscard]] Got<void> flush(const Wait& wait);
  /// What has come goes to OpenSSL; false: the end.
  [[nodiscard]] Got<bool> fill(const Wait& wait);

  Descriptor socket_;
  std::unique_ptr<SSL, FreeTls> tls_;
  BIO* in_ = nullptr;   ///< tls_'s
  BIO* out_ = nullptr;  ///< tls_'s
};

}  // namespace kaido::cli::login
