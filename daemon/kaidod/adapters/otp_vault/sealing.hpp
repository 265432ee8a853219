// What is done with the key of one-time passwords: seeds are sealed, typed codes are hashed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "kaido/secret.hpp"

namespace kaido::otp_vault {

inline constexpr std::size_t kKeySize = 32;

/// All are derived from the key in the file, so that none helps against another.
struct Keys {
  Secret seal;      ///< AES-256-GCM
  Secret codes;     ///< HMAC-SHA256
  Secret sessions;  ///< HMAC-SHA256
};

// All of these throw: std::bad_alloc where OpenSSL has no memory, std::runtime_error where the
// machine has no chance.

[[nodiscard]] Keys derive(const Secret& master);
[[nodiscard]] Secret chance(std::size_t size);

/// Version byte 1, nonce, ciphertext, tag; bound to the user.
[[nodiscard]] std::vector<std::uint8_t> seal(const Keys& keys, std::string_view user,
                                             const Secret& seed);
/// nullopt: of another key or user, or changed.
[[nodiscard]] std::optional<Secret> open(const Keys& keys, std::string_view user,
                                         std::span<const std::uint8_t> sealed);
[[nodiscard]] Secret session_key(const Keys& keys, std::string_view session);
/// `code` as plain_code() gives it.
[[nodiscard]] std::array<std::uint8_t, 32> hash(const Keys& keys, std::string_view user,
                                                const Secret& code);

}  // namespace kaido::otp_vault
