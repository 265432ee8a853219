#include "adapters/otp_vault/sealing.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

namespace kaido::otp_vault {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kLongestSeed = 64;
constexpr std::string_view kSealPurpose = "kaido otp seal v1";
constexpr std::string_view kCodePurpose = "kaido code hash v1";
constexpr std::string_view kSessionPurpose = "kaido session key v1";

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Kdf = std::unique_ptr<EVP_KDF, Deleter<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Deleter<EVP_KDF_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using Mac = std::unique_ptr<EVP_MAC, Deleter<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;

void require(bool holds) {
  if (!holds) throw std::bad_alloc();
}

OSSL_PARAM sha256() {
  static std::array<char, 7> name{"SHA256"};
  return OSSL_PARAM_construct_utf8_string(OSSL_ALG_PARAM_DIGEST, name.data(), 0);
}

Secret derive_one(Secret master, std::string_view purpose) {
  const Kdf hkdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
  const KdfContext context(EVP_KDF_CTX_new(hkdf.get()));
  require(context != nullptr);
  std::string info(purpose);
  const auto bytes = master.writable();
  const std::array<OSSL_PARAM, 4> parameters{
      sha256(), OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, bytes.data(), bytes.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  Secret key = Secret::zeros(kKeySize);
  const auto out = key.writable();
  require(EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) == 1);
  return key;
}

/// What a seal is bound to.
std::string bond(std::string_view user) {
  using namespace std::string_view_literals;
  return std::string("kaido-otp\0"sv).append(user);
}

int size_of(std::size_t size) { return static_cast<int>(size); }

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

/// HMAC-SHA256 of a name, a zero and a text.
Secret mac(const Secret& key, std::string_view name, std::span<const std::uint8_t> text) {
  static const Mac hmac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
  const MacContext context(EVP_MAC_CTX_new(hmac.get()));
  require(context != nullptr);
  const std::array<OSSL_PARAM, 2> parameters{sha256(), OSSL_PARAM_construct_end()};
  const std::uint8_t end_of_name = 0;
  Secret digest = Secret::zeros(kKeySize);
  std::size_t size = 0;
  require(EVP_MAC_init(context.get(), key.reveal().data(), key.size(), parameters.data()) == 1 &&
          EVP_MAC_update(context.get(), bytes_of(name), name.size()) == 1 &&
          EVP_MAC_update(context.get(), &end_of_name, 1) == 1 &&
          EVP_MAC_update(context.get(), text.data(), text.size()) == 1 &&
          EVP_MAC_final(context.get(), digest.writable().data(), &size, digest.size()) == 1);
  return digest;
}

}  // namespace

Keys derive(const Secret& master) {
  return {.seal = derive_one(master, kSealPurpose),
          .codes = derive_one(master, kCodePurpose),
          .sessions = derive_one(master, kSessionPurpose)};
}

Secret chance(std::size_t size) {
  Secret bytes = Secret::zeros(size);
  if (RAND_bytes(bytes.writable().data(), size_of(size)) != 1)
    throw std::runtime_error("the machine gives no random bytes");
  return bytes;
}

std::vector<std::uint8_t> seal(const Keys& keys, std::string_view user, const Secret& seed) {
  const Cipher cipher(EVP_CIPHER_CTX_new());
  const auto nonce = chance(kNonce);
  const auto bound = bond(user);
  std::vector<std::uint8_t> sealed(1 + kNonce + seed.size() + kTag);
  sealed[0] = kVersion;
  std::ranges::copy(nonce.reveal(), sealed.begin() + 1);
  const auto text = std::span(sealed).subspan(1 + kNonce, seed.size());
  const auto tag = std::span(sealed).last(kTag);
  int done = 0;
  require(cipher != nullptr &&
          EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), keys.seal.reveal().data(),
                              nonce.reveal().data(), nullptr) == 1 &&
          EVP_EncryptUpdate(cipher.get(), nullptr, &done, bytes_of(bound), size_of(bound.size())) ==
              1 &&
          EVP_EncryptUpdate(cipher.get(), text.data(), &done, seed.reveal().data(),
                            size_of(seed.size())) == 1 &&
          EVP_EncryptFinal_ex(cipher.get(), tag.data(), &done) == 1 &&
          EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTag, tag.data()) == 1);
  return sealed;
}

std::optional<Secret> open(const Keys& keys, std::string_view user,
                           std::span<const std::uint8_t> sealed) {
  if (sealed.size() <= 1 + kNonce + kTag || sealed.size() > 1 + kNonce + kLongestSeed + kTag ||
      sealed[0] != kVersion)
    return std::nullopt;
  const auto nonce = sealed.subspan(1, kNonce);
  const auto text = sealed.subspan(1 + kNonce, sealed.size() - 1 - kNonce - kTag);
  std::array<std::uint8_t, kTag> tag{};
  std::ranges::copy(sealed.last(kTag), tag.begin());
  const auto bound = bond(user);
  const Cipher cipher(EVP_CIPHER_CTX_new());
  Secret seed = Secret::zeros(text.size());
  int done = 0;
  require(cipher != nullptr &&
          EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), keys.seal.reveal().data(),
                              nonce.data(), nullptr) == 1);
  if (EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) != 1 ||
      EVP_DecryptUpdate(cipher.get(), nullptr, &done, bytes_of(bound), size_of(bound.size())) !=
          1 ||
      EVP_DecryptUpdate(cipher.get(), seed.writable().data(), &done, text.data(),
                        size_of(text.size())) != 1 ||
      EVP_DecryptFinal_ex(cipher.get(), seed.writable().data() + done, &done) != 1)
    return std::nullopt;
  return seed;
}

std::array<std::uint8_t, 32> hash(const Keys& keys, std::string_view user, const Secret& code) {
  const auto digest = mac(keys.codes, user, code.reveal());
  std::array<std::uint8_t, 32> hashed{};
  std::ranges::copy(digest.reveal(), hashed.begin());
  return hashed;
}

Secret session_key(const Keys& keys, std::string_view session) {
  return mac(keys.sessions, session, {});
}

}  // namespace kaido::otp_vault
