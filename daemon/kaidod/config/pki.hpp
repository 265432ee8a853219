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
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, OpenSslFree>;
using KeyPair = std::unique_ptr<EVP_PKEY, OpenSslFree>;

/// Every certificate of a PEM file, or the one of a DER file; empty: it holds none.
[[nodiscard]] std::vector<Certificate> parse_certificates(std::string_view content);
/// PEM or DER. An encrypted key is not asked for its passphrase: it gives nullptr, like everything
/// that is no key.
[[nodiscard]] KeyPair parse_key(std::string_view content);

[[nodiscard]] std::string to_der(const X509& certificate);
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
/// Empty: the chain ends at one of `authorities`; else OpenSSL's words. Dates are not looked at.
[[nodiscard]] std::string chain_fault(X509& certificate,
                                      const std::vector<Certificate>& authorities);

}  // namespace kaido::config
