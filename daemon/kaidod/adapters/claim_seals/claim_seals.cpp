#include "adapters/claim_seals/claim_seals.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

namespace kaido::claim_seals {
namespace {

constexpr std::string_view kPurpose = "kaido claim v1";
constexpr std::size_t kDigest = 32;  // SHA-256

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Agreement = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using Mac = std::unique_ptr<EVP_MAC, Deleter<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Deleter<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Deleter<EVP_KDF_CTX_free>>;

void require(bool holds) {
  if (!holds) throw std::bad_alloc();
}

/// False: the result is zero, as a point of low order makes it (RFC 7748 §6.1).
bool agree(const WireGuardPrivateKey& own, const WireGuardKey& peer, Secret& shared) {
  const Key mine(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, own.reveal().data(),
                                              own.reveal().size()));
  const Key theirs(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()));
  require(mine != nullptr && theirs != nullptr);
  const Agreement agreement(EVP_PKEY_CTX_new(mine.get(), nullptr));
  require(agreement != nullptr && EVP_PKEY_derive_init(agreement.get()) == 1);
  shared = Secret::zeros(kDigest);
  std::size_t size = shared.size();
  return EVP_PKEY_derive_set_peer(agreement.get(), theirs.get()) == 1 &&
         EVP_PKEY_derive(agreement.get(), shared.writable().data(), &size) == 1;
}

std::vector<std::uint8_t> purpose_of(const ClaimSlot& slot) {
  std::vector<std::uint8_t> info(kPurpose.begin(), kPurpose.end());
  info.insert(info.end(), slot.fleet.begin(), slot.fleet.end());
  info.push_back(static_cast<std::uint8_t>(slot.site >> 8U));
  info.push_back(static_cast<std::uint8_t>(slot.site));
  info.push_back(slot.slot);
  return info;
}

OSSL_PARAM sha256() {
  static std::array<char, 7> name{"SHA256"};
  return OSSL_PARAM_construct_utf8_string(OSSL_ALG_PARAM_DIGEST, name.data(), 0);
}

}  // namespace

std::optional<ClaimKey> OpenSslSeals::derive(const WireGuardPrivateKey& own,
                                             const WireGuardKey& peer,
                                             const ClaimSlot& slot) const {
  Secret shared;
  if (!agree(own, peer, shared)) return std::nullopt;
  const Kdf hkdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
  const KdfContext context(EVP_KDF_CTX_new(hkdf.get()));
  require(context != nullptr);
  auto info = purpose_of(slot);
  const std::array<OSSL_PARAM, 4> parameters{
      sha256(),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, shared.writable().data(),
                                        shared.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  ClaimKey key{Secret::zeros(kDigest)};
  const auto bytes = key.secret.writable();
  require(EVP_KDF_derive(context.get(), bytes.data(), bytes.size(), parameters.data()) == 1);
  return key;
}

stamp::Hmac OpenSslSeals::seal(const ClaimKey& key, std::span<const std::byte> text) const {
  // Looked up once: that costs more than the digest.
  static const Mac hmac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
  const MacContext context(EVP_MAC_CTX_new(hmac.get()));
  require(context != nullptr);
  const std::array<OSSL_PARAM, 2> parameters{sha256(), OSSL_PARAM_construct_end()};
  std::array<std::uint8_t, kDigest> digest{};
  std::size_t size = 0;
  const auto bytes = key.secret.reveal();
  require(EVP_MAC_init(context.get(), bytes.data(), bytes.size(), parameters.data()) == 1 &&
          EVP_MAC_update(context.get(), reinterpret_cast<const std::uint8_t*>(text.data()),
                         text.size()) == 1 &&
          EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1);
  stamp::Hmac seal{};
  std::ranges::transform(std::span(digest).first<stamp::kHmacSize>(), seal.begin(),
                         [](std::uint8_t byte) { return std::byte{byte}; });
  return seal;
}

}  // namespace kaido::claim_seals
