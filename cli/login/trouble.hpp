// Why a hub gave no answer that counts.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace kaido::cli::login {

enum class Reason : std::uint8_t {
  no_address,      ///< DNS knows none; detail: what the resolver says
  not_reached,     ///< refused, no route; detail: what the kernel says
  no_connection,   ///< nobody answered in time
  no_answer,       ///< connected, and then nothing more in time
  closed,          ///< the other side went away
  no_tls,          ///< something else listens there
  old_tls,         ///< no TLS 1.3
  tls,             ///< detail: OpenSSL's words
  untrusted,       ///< the certificate; detail: OpenSSL's words
  expired,         ///< the certificate
  not_yet_valid,   ///< the certificate
  other_name,      ///< the certificate
  too_long,        ///< the answer
  not_understood,  ///< the answer; detail: what is wrong with it
  no_portal,       ///< 404: there is a server, and none of Kaido's
  wrong_host,      ///< 421: the hub has another name
  bad_request,     ///< detail: the status
  refused,         ///< 403 in place of a nonce
  wait,            ///< 429 in place of a nonce; detail: for how long
  unavailable,     ///< 503 in place of a nonce
  cancelled,       ///< another hub was faster
};

struct Trouble {
  Reason reason = Reason::closed;
  std::string detail;
  friend bool operator==(const Trouble&, const Trouble&) = default;
};

template <typename T>
using Got = std::expected<T, Trouble>;

inline std::unexpected<Trouble> trouble(Reason reason, std::string detail = {}) {
  return std::unexpected(Trouble{reason, std::move(detail)});
}

}  // namespace kaido::cli::login
