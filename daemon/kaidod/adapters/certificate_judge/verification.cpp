#include "adapters/certificate_judge/verification.hpp"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <new>

namespace kaido::certificate_judge {
namespace {

using session::Refusal;

/// All that OpenSSL finds: the verification goes on after each, and the decision is made after it.
struct Findings {
  bool untrusted = false;  ///< whatever is not one of the others
  bool revoked = false;
  bool expired = false;
  bool early = false;
  bool usage = false;
  bool revocation_unknown = false;
};

void note_revocation(Findings& findings, int depth) {
  // Only of the person's own: what no list can be configured for must not refuse everybody.
  if (depth == 0) findings.revocation_unknown = true;
}

int note(int fine, X509_STORE_CTX* context) {
  if (fine == 1) return 1;
  auto& findings = *static_cast<Findings*>(X509_STORE_CTX_get_app_data(context));
  const int depth = X509_STORE_CTX_get_error_depth(context);
  switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_ERR_CERT_REVOKED:
      findings.revoked = true;
      break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      findings.expired = true;
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      findings.early = true;
      break;
    case X509_V_ERR_INVALID_PURPOSE:
      findings.usage = true;
      break;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      note_revocation(findings, depth);
      break;
    default:
      // Any fault of a list, also those that a certificate can have as well.
      if (X509_STORE_CTX_get0_current_crl(context) != nullptr)
        note_revocation(findings, depth);
      else
        findings.untrusted = true;
  }
  return 1;
}

bool is_strong(X509& certificate) {
  const auto* key = X509_get0_pubkey(&certificate);
  if (key == nullptr) return false;
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      return EVP_PKEY_get_bits(key) >= 2048;
    case EVP_PKEY_EC:
      return EVP_PKEY_get_bits(key) >= 256;
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
      return true;
    default:
      return false;
  }
}

/// RFC 5280 §4.2.1.3 and §4.2.1.12. Both functions give all bits where there is no such extension:
/// that is as good as digitalSignature, but not as good as clientAuth.
bool is_for_login(X509& certificate) {
  const auto extended = X509_get_extended_key_usage(&certificate);
  return X509_check_ca(&certificate) == 0 && extended != UINT32_MAX &&
         (extended & XKU_SSL_CLIENT) != 0 &&
         (X509_get_key_usage(&certificate) & KU_DIGITAL_SIGNATURE) != 0;
}

Findings verify(const Trust& trust, std::span<const Certificate> certificates,
                session::WallTime now) {
  const StoreContext context(X509_STORE_CTX_new());
  const List others(sk_X509_new_null());
  if (!context || !others) throw std::bad_alloc();
  for (const auto& other : certificates.subspan(1))
    if (sk_X509_push(others.get(), other.get()) == 0) throw std::bad_alloc();
  if (X509_STORE_CTX_init(context.get(), trust.store.get(), certificates[0].get(), others.get()) !=
      1)
    throw std::bad_alloc();
  demand(*context, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  auto* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, static_cast<std::time_t>(now));
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT);
  Findings findings;
  X509_STORE_CTX_set_app_data(context.get(), &findings);
  X509_STORE_CTX_set_verify_cb(context.get(), note);
  // Every fault was excused by note(): what fails all the same is a fault of OpenSSL's own.
  if (X509_verify_cert(context.get()) != 1 ||
      sk_X509_num(X509_STORE_CTX_get0_chain(context.get())) < 2)
    findings.untrusted = true;
  return findings;
}

}  // namespace

std::optional<Refusal> fault_of(const Trust& trust, std::span<const Certificate> certificates,
                                session::WallTime now) {
  X509& own = *certificates[0];
  // An authority trusts itself, but is nobody's certificate.
  const bool is_authority = std::ranges::any_of(
      trust.authorities, [&](const Certificate& each) { return X509_cmp(each.get(), &own) == 0; });
  if (is_authority || (X509_get_extension_flags(&own) & EXFLAG_INVALID) != 0 || !is_strong(own))
    return Refusal::certificate_invalid;
  const auto findings = verify(trust, certificates, now);
  if (findings.untrusted) return Refusal::certificate_invalid;
  if (findings.revoked) return Refusal::certificate_revoked;
  if (findings.expired) return Refusal::certificate_expired;
  if (findings.early) return Refusal::certificate_not_yet_valid;
  if (findings.usage || !is_for_login(own)) return Refusal::certificate_usage;
  if (findings.revocation_unknown && trust.revocation_required) return Refusal::revocation_unknown;
  return std::nullopt;
}

}  // namespace kaido::certificate_judge
