#include "config/pki.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <limits>

namespace kaido::config {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio memory(std::string_view content) {
  return {BIO_new_mem_buf(
              content.data(),
              static_cast<int>(std::min(
                  content.size(), static_cast<std::size_t>(std::numeric_limits<int>::max())))),
          &BIO_free};
}

/// Without it OpenSSL would ask for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

std::int64_t seconds(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return timegm(&parts);
}

template <typename T, typename ReadPem, typename ReadDer>
Bundle<T> parse(std::string_view content, ReadPem read_pem, ReadDer read_der) {
  Bundle<T> bundle;
  ERR_clear_error();
  const auto bio = memory(content);
  while (auto* next = read_pem(bio.get(), nullptr, &no_passphrase, nullptr))
    bundle.found.emplace_back(next);
  bundle.broken = ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE;
  if (bundle.found.empty()) {
    const auto* at = reinterpret_cast<const unsigned char*>(content.data());
    if (auto* der = read_der(nullptr, &at, static_cast<long>(content.size()))) {
      bundle.found.emplace_back(der);
      bundle.broken = false;
    }
  }
  ERR_clear_error();
  return bundle;
}

/// `write` puts it into a BIO; empty: it could not.
template <typename T, typename Write>
std::string pem_of(const T& object, Write write) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  if (!bio || write(bio.get(), &object) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

template <typename T>
std::string der_of(const T& object, int (*encode)(const T*, unsigned char**)) {
  unsigned char* data = nullptr;
  const int size = encode(&object, &data);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return der;
}

}  // namespace

Bundle<Certificate> parse_bundle(std::string_view content) {
  return parse<Certificate>(content, &PEM_read_bio_X509, &d2i_X509);
}

Bundle<RevocationList> parse_revocations(std::string_view content) {
  return parse<RevocationList>(content, &PEM_read_bio_X509_CRL, &d2i_X509_CRL);
}

std::vector<Certificate> parse_certificates(std::string_view content) {
  return parse_bundle(content).found;
}

KeyPair parse_key(std::string_view content) {
  KeyPair key(PEM_read_bio_PrivateKey(memory(content).get(), nullptr, &no_passphrase, nullptr));
  if (!key) key.reset(d2i_PrivateKey_bio(memory(content).get(), nullptr));
  ERR_clear_error();
  return key;
}

bool names_its_authority(const X509_CRL& list) {
  auto* name = static_cast<AUTHORITY_KEYID*>(
      X509_CRL_get_ext_d2i(&list, NID_authority_key_identifier, nullptr, nullptr));
  const bool named = name != nullptr && name->keyid != nullptr;
  AUTHORITY_KEYID_free(name);
  return named;
}

std::string to_der(const X509& certificate) { return der_of(certificate, &i2d_X509); }

std::string to_der(const X509_CRL& list) { return der_of(list, &i2d_X509_CRL); }

std::string to_pem(const X509& certificate) { return pem_of(certificate, &PEM_write_bio_X509); }

std::string to_pem(const X509_CRL& list) { return pem_of(list, &PEM_write_bio_X509_CRL); }

Secret to_pem(const EVP_PKEY& key) {
  const Bio bio(BIO_new(BIO_s_secmem()), &BIO_free);
  if (!bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size <= 0 ? Secret() : Secret(std::string_view(data, static_cast<std::size_t>(size)));
}

std::int64_t not_before(const X509& certificate) {
  return seconds(X509_get0_notBefore(&certificate));
}

std::int64_t not_after(const X509& certificate) {
  return seconds(X509_get0_notAfter(&certificate));
}

std::string format_time(std::int64_t at) {
  const auto time = static_cast<std::time_t>(at);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::vector<std::string> dns_names(const X509& certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type != GEN_DNS) continue;
    const auto* text = ASN1_STRING_get0_data(name->d.dNSName);
    names.emplace_back(reinterpret_cast<const char*>(text),
                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    for (char& c : names.back()) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return names;
}

bool is_authority(const X509& certificate) {
  return X509_check_ca(const_cast<X509*>(&certificate)) > 0;
}

std::string chain_fault(X509& certificate, const std::vector<Certificate>& authorities) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      &X509_STORE_free);
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
      X509_STORE_CTX_new(), &X509_STORE_CTX_free);
  if (!store || !context) return "out of memory";
  for (const auto& authority : authorities) X509_STORE_add_cert(store.get(), authority.get());
  // charon trusts each authority it is given, also one that is not a root.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  std::string fault;
  if (X509_STORE_CTX_init(context.get(), store.get(), &certificate, nullptr) != 1)
    fault = "out of memory";
  else if (X509_verify_cert(context.get()) != 1)
    fault = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  ERR_clear_error();
  return fault;
}

}  // namespace kaido::config
