#include "config/keys.hpp"

#include <openssl/evp.h>

#include <memory>

namespace kaido {
namespace {

using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

}  // namespace

WireGuardKey public_key(const WireGuardPrivateKey& key) {
  WireGuardKey result{};
  const PrivateKey pair(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, key.reveal().data(),
                                                     key.reveal().size()),
                        &EVP_PKEY_free);
  std::size_t size = result.size();
  // Only running out of memory can make these fail; all zeros is a key that WireGuard ignores.
  if (!pair || EVP_PKEY_get_raw_public_key(pair.get(), result.data(), &size) != 1) return {};
  return result;
}

namespace config {

std::optional<WireGuardPrivateKey> make_private_key() {
  const PrivateKey pair(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), &EVP_PKEY_free);
  WireGuardKey bytes{};
  std::size_t size = bytes.size();
  if (!pair || EVP_PKEY_get_raw_private_key(pair.get(), bytes.data(), &size) != 1)
    return std::nullopt;
  std::optional<WireGuardPrivateKey> key(bytes);
  wipe(bytes);
  return key;
}

}  // namespace config
}  // namespace kaido
