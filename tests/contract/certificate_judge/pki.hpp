// Certificates of every kind, good and bad, made for the tests.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/certificate_judge/x509_judge.hpp"

namespace kaido::pki {

inline constexpr session::WallTime kNow = 1'800'000'000;
inline constexpr session::WallTime kDay = 86400;

struct Issued {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
};

struct Wish {
  std::string name = "alice";  ///< the CN, any bytes
  bool authority = false;
  bool critical_constraints = true;
  session::WallTime from = kNow - 30 * kDay;
  session::WallTime until = kNow + 30 * kDay;
  const char* digest = "SHA256";           ///< nullptr: as Ed25519 wants it
  std::shared_ptr<EVP_PKEY> key;           ///< empty: a new one on P-256
  std::string usage = "digitalSignature";  ///< empty: no such extension; likewise below
  std::string extended = "clientAuth";
  std::string alternative;
  bool key_identifiers = true;
  /// Any others, as OpenSSL's configuration writes them.
  std::vector<std::pair<int, std::string>> others;
};

[[nodiscard]] std::shared_ptr<EVP_PKEY> elliptic(const char* curve);
[[nodiscard]] std::shared_ptr<EVP_PKEY> rsa(unsigned bits);
[[nodiscard]] std::shared_ptr<EVP_PKEY> ed25519();

/// Without an issuer: signed by itself.
[[nodiscard]] Issued issue(const Wish& wish, const Issued* issuer);
[[nodiscard]] Issued authority(const std::string& name, const Issued* issuer = nullptr);
/// Signed with a key that the issuer it names does not have.
[[nodiscard]] Issued forge(const Wish& wish, const Issued& issuer, const Issued& signer);

struct Revocations {
  std::vector<Issued> revoked;
  session::WallTime from = kNow - kDay;
  session::WallTime until = kNow + kDay;
  std::vector<std::pair<int, std::string>> others;
};
[[nodiscard]] std::string revocation_list(const Issued& issuer, const Revocations& of);

[[nodiscard]] std::string pem(const Issued& issued);
[[nodiscard]] std::string der(const Issued& issued);
[[nodiscard]] session::Fingerprint sha256(const std::string& bytes);

}  // namespace kaido::pki
