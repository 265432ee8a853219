// The port to the verification of people's certificates.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/session/decision.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// What a person's certificate is judged against: the content of the files of [people].
struct PeopleTrust {
  std::string authorities_pem;  ///< one or more certificates
  std::string revocations_pem;  ///< CRLs, PEM; may be empty
  bool revocation_required = false;
  friend bool operator==(const PeopleTrust&, const PeopleTrust&) = default;
};

/// Any thread; never throws, whatever the bytes are.
class CertificateJudge {
 public:
  virtual ~CertificateJudge() = default;
  /// certificate_unusable: an authority or CRL that cannot be read. The old trust stays.
  virtual Result<void> trust(const PeopleTrust& trust) = 0;
  /// `certificates`: PEM or DER, the person's first, intermediates after it (PEM only); hostile.
  [[nodiscard]] virtual session::CertificateFacts judge(std::string_view certificates,
                                                        session::WallTime now) const = 0;
  /// Did the key of the person's certificate sign this text? By ECDSA on P-256 or P-384 or RSA
  /// PKCS#1 v1.5 of 2048 bits or more, both with SHA-256, or by Ed25519 (RFC 8032). Says nothing of
  /// the certificate: judge() does.
  [[nodiscard]] virtual bool signed_by(std::string_view certificates, std::string_view text,
                                       std::string_view signature) const = 0;
};

}  // namespace kaido
