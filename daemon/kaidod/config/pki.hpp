// Certificates and keys on OpenSSL, as far as checking a configuration needs them.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/secret.hpp"

namespace kaido::config {

struct OpenSslFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, OpenSslFree>;
using RevocationList = std::unique_ptr<X509_CRL, OpenSslFree>;
using KeyPair = std::unique_ptr<EVP_PKEY, OpenSslFree>;

template <typename T>
struct Bundle {
  std::vector<T> found;
  bool broken = false;  ///< after them comes PEM that cannot be read
};
/// Every certificate of a PEM file, or the one of a DER file; empty: it holds none.
[[nodiscard]] Bundle<Certificate> parse_bundle(std::string_view content);
/// The same for CRLs (RFC 5280 §5).
[[nodiscard]] Bundle<RevocationList> parse_revocations(std::string_view content);
/// What parse_bundle() finds, whatever follows.
[[nodiscard]] std::vector<Certificate> parse_certificates(std::string_view content);
/// PEM or DER. An encrypted key is not asked for its passphrase: it gives nullptr, like everything
/// that is no key.
[[nodiscard]] KeyPair parse_key(std::string_view content);

[[nodiscard]] std::string to_der(const X509& certificate);
[[nodiscard]] std::string to_der(const X509_CRL& list);
[[nodiscard]] std::string to_pem(const X509& certificate);
[[nodiscard]] std::string to_pem(const X509_CRL& list);
/// Unencrypted PKCS #8.
[[nodiscard]] Secret to_pem(const EVP_PKEY& key);

/// Seconds since 1970.
[[nodiscard]] std::int64_t not_before(const X509& certificate);
[[nodiscard]] std::int64_t not_after(const X509& certificate);
/// "2026-11-22 15:00:00 UTC".
[[nodiscard]] std::string format_time(std::int64_t seconds);

/// The dNSName entries of subjectAltName (RFC 5280 §4.2.1.6), in lower case.
[[nodiscard]] std::vector<std::string> dns_names(const X509& certificate);
[[nodiscard]] bool is_authority(const X509& certificate);
/// By its key (RFC 5280 §5.2.1), which charon finds the lists of an authority by.
[[nodiscard]] bool names_its_authority(const X509_CRL& list);
/// Empty: the chain ends at one of `authorities`; else OpenSSL's words. Dates are not looked at.
[[nodiscard]] std::string chain_fault(X509& certificate,
                                      const std::vector<Certificate>& authorities);

}  // namespace kaido::config
