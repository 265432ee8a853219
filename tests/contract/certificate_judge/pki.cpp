#include "contract/certificate_judge/pki.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace kaido::pki {
namespace {

void require(bool holds) {
  if (!holds) throw std::runtime_error("a certificate for the test could not be made");
}

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) {
  require(key != nullptr);
  return {key, &EVP_PKEY_free};
}

X509_EXTENSION* extension(X509V3_CTX* context, int nid, const std::string& value) {
  auto* made = X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str());
  require(made != nullptr);
  return made;
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* made = extension(&context, nid, value);
  require(X509_add_ext(certificate, made, -1) == 1);
  X509_EXTENSION_free(made);
}

void set_names(X509* certificate, const Wish& wish, X509* issuer) {
  auto* name = X509_get_subject_name(certificate);
  require(X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING,
                                     reinterpret_cast<const unsigned char*>(wish.name.data()),
                                     static_cast<int>(wish.name.size()), -1, 0) == 1);
  X509_set_issuer_name(certificate, issuer == nullptr ? name : X509_get_subject_name(issuer));
}

void set_extensions(X509* certificate, const Wish& wish, X509* issuer) {
  extend(certificate, issuer, NID_basic_constraints,
         std::string(wish.critical_constraints ? "critical," : "") +
             (wish.authority ? "CA:TRUE" : "CA:FALSE"));
  extend(certificate, issuer, NID_key_usage, wish.usage.empty() ? "" : "critical," + wish.usage);
  extend(certificate, issuer, NID_ext_key_usage, wish.extended);
  extend(certificate, issuer, NID_subject_key_identifier, wish.key_identifiers ? "hash" : "");
  extend(certificate, issuer, NID_authority_key_identifier,
         wish.key_identifiers ? "keyid:always" : "");
  extend(certificate, issuer, NID_subject_alt_name, wish.alternative);
  for (const auto& [nid, value] : wish.others) extend(certificate, issuer, nid, value);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

Issued make(const Wish& wish, const Issued* issuer, const Issued* signer) {
  static long serial = 0;
  Issued made{.certificate = {X509_new(), &X509_free},
              .key = wish.key ? wish.key : elliptic("P-256")};
  auto* certificate = made.certificate.get();
  auto* above = issuer == nullptr ? certificate : issuer->certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(certificate), wish.from);
  ASN1_TIME_set(X509_getm_notAfter(certificate), wish.until);
  set_names(certificate, wish, issuer == nullptr ? nullptr : above);
  X509_set_pubkey(certificate, made.key.get());
  set_extensions(certificate, wish, above);
  const auto* digest = wish.digest == nullptr ? nullptr : EVP_get_digestbyname(wish.digest);
  require(X509_sign(certificate, signer == nullptr ? made.key.get() : signer->key.get(), digest) >
          0);
  return made;
}

}  // namespace

std::shared_ptr<EVP_PKEY> elliptic(const char* curve) { return owned(EVP_EC_gen(curve)); }
std::shared_ptr<EVP_PKEY> rsa(unsigned bits) { return owned(EVP_RSA_gen(bits)); }
std::shared_ptr<EVP_PKEY> ed25519() {
  return owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

Issued issue(const Wish& wish, const Issued* issuer) { return make(wish, issuer, issuer); }

Issued forge(const Wish& wish, const Issued& issuer, const Issued& signer) {
  return make(wish, &issuer, &signer);
}

Issued authority(const std::string& name, const Issued* issuer) {
  return issue({.name = name, .authority = true, .usage = "keyCertSign,cRLSign", .extended = ""},
               issuer);
}

std::string revocation_list(const Issued& issuer, const Revocations& of) {
  const std::shared_ptr<X509_CRL> list(X509_CRL_new(), &X509_CRL_free);
  const std::shared_ptr<ASN1_TIME> time(ASN1_TIME_new(), &ASN1_TIME_free);
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
  ASN1_TIME_set(time.get(), of.from);
  X509_CRL_set1_lastUpdate(list.get(), time.get());
  for (const auto& each : of.revoked) {
    auto* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(each.certificate.get()));
    X509_REVOKED_set_revocationDate(entry, time.get());
    require(X509_CRL_add0_revoked(list.get(), entry) == 1);
  }
  ASN1_TIME_set(time.get(), of.until);
  X509_CRL_set1_nextUpdate(list.get(), time.get());
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer.certificate.get(), nullptr, nullptr, list.get(), 0);
  for (const auto& [nid, value] : of.others) {
    auto* made = extension(&context, nid, value);
    X509_CRL_add_ext(list.get(), made, -1);
    X509_EXTENSION_free(made);
  }
  X509_CRL_sort(list.get());
  require(X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256()) > 0);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509_CRL(bio, list.get());
  return text_of(bio);
}

std::string pem(const Issued& issued) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, issued.certificate.get());
  return text_of(bio);
}

std::string der(const Issued& issued) {
  BIO* bio = BIO_new(BIO_s_mem());
  i2d_X509_bio(bio, issued.certificate.get());
  return text_of(bio);
}

session::Fingerprint sha256(const std::string& bytes) {
  session::Fingerprint digest{};
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
          1);
  return digest;
}

}  // namespace kaido::pki
