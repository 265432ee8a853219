#include "adapters/certificate_judge/signature.hpp"

#include <openssl/obj_mac.h>
#include <openssl/objects.h>

#include <array>
#include <new>
#include <optional>

namespace kaido::certificate_judge {
namespace {

constexpr int kLeastRsa = 2048;                   // bits
constexpr std::size_t kLongestSignature = 2'048;  // bytes: RSA of 16,384 bits

bool is_on_a_known_curve(const EVP_PKEY& key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(&key, name.data(), name.size(), &size) != 1) return false;
  const int curve = OBJ_sn2nid(name.data());
  return curve == NID_X9_62_prime256v1 || curve == NID_secp384r1;
}

/// What the text is hashed with before it is signed; nullptr: the signature does so itself.
/// nullopt: no signature by such a key counts.
std::optional<const EVP_MD*> digest_for(const EVP_PKEY& key) {
  switch (EVP_PKEY_get_base_id(&key)) {
    case EVP_PKEY_ED25519:
      return nullptr;
    case EVP_PKEY_EC:
      if (is_on_a_known_curve(key)) return EVP_sha256();
      return std::nullopt;
    case EVP_PKEY_RSA:
      if (EVP_PKEY_get_bits(&key) >= kLeastRsa) return EVP_sha256();
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

bool fits(const X509& certificate, std::string_view text, std::string_view signature) {
  auto* key = X509_get0_pubkey(&certificate);
  if (key == nullptr || signature.empty() || signature.size() > kLongestSignature) return false;
  const auto digest = digest_for(*key);
  if (!digest) return false;
  const DigestContext context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  // Of RSA the padding is PKCS#1 v1.5 unless another is asked for.
  return EVP_DigestVerifyInit(context.get(), nullptr, *digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

}  // namespace kaido::certificate_judge
