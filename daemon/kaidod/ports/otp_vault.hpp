// The port to what keeps and checks one-time passwords: it alone holds the key that seals them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/session/people.hpp"
#include "kaido/error.hpp"
#include "kaido/secret.hpp"

namespace kaido {

/// Blocking: on a worker. Errors: otp_key_unusable; internal where chance fails.
class OtpVault {
 public:
  struct Sealed {
    std::vector<std::uint8_t> bytes;  ///< AES-256-GCM, bound to the user's name
    Secret seed;                      ///< to be shown once: 20, 32 or 64 bytes (RFC 6238 §5.1)
  };
  struct Codes {
    std::vector<Secret> codes;  ///< to be shown once: "xxxxx-xxxxx", 50 bits each
    std::vector<std::array<std::uint8_t, 32>> hashes;
  };
  virtual ~OtpVault() = default;

  virtual Result<Sealed> make(std::string_view user, session::Algorithm algorithm) = 0;
  /// The time step whose code this is, of those from one before `now` to one after it (RFC 6238
  /// §5.2); the newest that fits. nullopt: none. Takes the same time whatever the code.
  virtual Result<std::optional<std::uint64_t>> match(std::string_view user,
                                                     std::span<const std::uint8_t> sealed,
                                                     const session::OtpShape& shape,
                                                     const Secret& code, session::WallTime now) = 0;
  virtual Result<Codes> make_codes(std::string_view user, std::size_t count) = 0;
  /// Of what a person typed: letters of either case, with or without its dash and spaces.
  virtual Result<std::array<std::uint8_t, 32>> hash_code(std::string_view user,
                                                         const Secret& code) = 0;
  /// 32 hexadecimal digits of chance: a session's id.
  virtual Result<std::string> make_id() = 0;
  /// The pre-shared key (WireGuard, 32 bytes) of the session with this id: always the same for it,
  /// so that it need not be kept, and not to be found out by who knows the id.
  virtual Result<Secret> session_key(std::string_view session) = 0;
};

}  // namespace kaido
