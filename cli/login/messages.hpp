// What is asked of a hub's portal, and what it answers. All that comes from it is checked here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/wireguard.hpp"
#include "kaido/ip.hpp"
#include "kaido/portal_link.hpp"
#include "kaido/secret.hpp"
#include "login/http.hpp"
#include "login/trouble.hpp"

namespace kaido::cli::login {

inline constexpr char kNoncePath[] = "/api/v1/nonce";
inline constexpr char kLoginPath[] = "/api/v1/login";
inline constexpr char kSessionPath[] = "/api/v1/session";

/// As a session is at a moment of the hub's clock.
struct Session {
  std::string id;
  std::int64_t ends = 0;                ///< seconds since 1970
  std::int64_t now = 0;                 ///< the same, when the hub said so
  std::optional<WireGuardKey> hub_key;  ///< nullopt: no WireGuard
  std::uint16_t port = 0;
  std::vector<Prefix> addresses;
  std::vector<Prefix> networks;
  std::optional<Secret> preshared_key;  ///< 32 bytes; nullopt: none
  friend bool operator==(const Session&, const Session&) = default;
};

struct Answer {
  portal::Outcome outcome = portal::Outcome::refused;
  Session session;         ///< when it is admitted
  std::int64_t again = 0;  ///< seconds to wait
};

/// Everything but the code, which only a Secret may hold.
[[nodiscard]] Secret login_body(const portal::LogIn& login);
[[nodiscard]] Secret session_body(const portal::OfSession& question);

[[nodiscard]] Got<portal::Nonce> read_nonce(const Response& response);
[[nodiscard]] Got<Answer> read_answer(const Response& response);

[[nodiscard]] const char* to_string(portal::Verb verb);

/// Fit to be a line of what is signed, and of a message: not empty, not long, no control
/// characters.
[[nodiscard]] bool is_line(std::string_view text, std::size_t longest);

}  // namespace kaido::cli::login
