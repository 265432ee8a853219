// A hub's portal, and the nearest of several.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "login/messages.hpp"
#include "login/tls.hpp"
#include "login/trouble.hpp"
#include "login/url.hpp"

namespace kaido::cli::login {

struct Timeouts {
  std::chrono::milliseconds connect{5'000};  ///< to all addresses; and again for TLS
  std::chrono::milliseconds answer{15'000};
};

/// Threading: one thread at a time. Failure: a Trouble; nothing is tried twice, since a nonce
/// counts once.
class Hub {
 public:
  /// `context` outlives it; `cancel` as in Wait.
  Hub(HubUrl url, SSL_CTX& context, const Timeouts& timeouts, int cancel = -1)
      : url_(std::move(url)), context_(&context), timeouts_(timeouts), cancel_(cancel) {}

  [[nodiscard]] const HubUrl& url() const { return url_; }
  [[nodiscard]] Got<portal::Nonce> ask_nonce();
  [[nodiscard]] Got<Answer> log_in(const portal::LogIn& login);
  [[nodiscard]] Got<Answer> of_session(const portal::OfSession& question);
  /// From now on nobody calls it off.
  void keep() { cancel_ = -1; }

 private:
  [[nodiscard]] Got<void> connect();
  [[nodiscard]] Got<Response> post(std::string_view path, const Secret& body);
  [[nodiscard]] Got<Response> receive();

  HubUrl url_;
  SSL_CTX* context_;
  Timeouts timeouts_;
  int cancel_;
  std::optional<TlsStream> stream_;  ///< while the hub keeps it
};

struct Nearest {
  Hub hub;
  portal::Nonce nonce;
};

/// Asks all of them at once for a nonce; the first that has one is it, the others are let go. When
/// there is none: the troubles in the order of `urls`.
[[nodiscard]] std::expected<Nearest, std::vector<Trouble>> nearest(const std::vector<HubUrl>& urls,
                                                                   SSL_CTX& context,
                                                                   const Timeouts& timeouts);

}  // namespace kaido::cli::login
