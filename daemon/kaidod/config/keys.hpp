// WireGuard keys as files, and the public half of a private key.
#pragma once

#include <optional>

#include "core/wireguard.hpp"

namespace kaido {

/// The Curve25519 public key that belongs to `key` (RFC 7748 §6.1).
[[nodiscard]] WireGuardKey public_key(const WireGuardPrivateKey& key);

namespace config {

/// A new key from OpenSSL's random generator; nullopt when that one fails.
[[nodiscard]] std::optional<WireGuardPrivateKey> make_private_key();

}  // namespace config
}  // namespace kaido
