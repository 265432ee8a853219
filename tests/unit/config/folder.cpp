#include "unit/config/folder.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kaido::config {
namespace {

void extend(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Issued issue(const Wish& wish, const Issued* issuer) {
  Issued made{Certificate(X509_new()), KeyPair(EVP_EC_gen("P-256"))};
  auto* certificate = made.certificate.get();
  static long serial = 0;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(certificate), wish.from);
  ASN1_TIME_set(X509_getm_notAfter(certificate), wish.until);
  const std::string subject = wish.authority ? "Test CA " + std::to_string(serial) : "gateway";
  auto* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate,
                       issuer == nullptr ? name : X509_get_subject_name(issuer->certificate.get()));
  X509_set_pubkey(certificate, made.key.get());
  extend(certificate, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
  std::string names;
  for (const auto& dns : wish.names) names += (names.empty() ? "DNS:" : ",DNS:") + dns;
  if (!names.empty()) extend(certificate, NID_subject_alt_name, names);
  X509_sign(certificate, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256());
  return made;
}

RevocationList revoke_nothing(const Issued& issuer, bool named) {
  RevocationList list(X509_CRL_new());
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
  ASN1_TIME* time = ASN1_TIME_set(nullptr, kNow - kDay);
  X509_CRL_set1_lastUpdate(list.get(), time);
  ASN1_TIME_set(time, kNow + 7 * kDay);
  X509_CRL_set1_nextUpdate(list.get(), time);
  ASN1_TIME_free(time);
  if (named) {
    auto* name = AUTHORITY_KEYID_new();
    name->keyid = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(name->keyid, reinterpret_cast<const unsigned char*>("key"), 3);
    X509_CRL_add1_ext_i2d(list.get(), NID_authority_key_identifier, name, 0, 0);
    AUTHORITY_KEYID_free(name);
  }
  X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256());
  return list;
}

Folder::Folder() : authority_(issue({.names = {}, .authority = true})) {
  auto name = (std::filesystem::temp_directory_path() / "kaido-config-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
  write_certificate("ca.crt", authority_);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::write(const std::string& name, std::string_view content, unsigned mode) const {
  const auto file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
  chmod(file.c_str(), mode);
}

void Folder::write_certificate(const std::string& name, const Issued& issued, bool der) const {
  if (der) return write(name, to_der(*issued.certificate), 0644);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, issued.certificate.get());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  write(name, {data, static_cast<std::size_t>(size)}, 0644);
  BIO_free(bio);
}

void Folder::write_revocations(const std::string& name, const RevocationList& list,
                               bool der) const {
  if (!der) return write(name, to_pem(*list), 0644);
  unsigned char* data = nullptr;
  const int size = i2d_X509_CRL(list.get(), &data);
  write(name, {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)}, 0644);
  OPENSSL_free(data);
}

void Folder::write_key(const std::string& name, const Issued& issued) const {
  write(name, to_pem(*issued.key).reveal_text());
}

void Folder::add_identity(const std::string& name, const std::vector<std::string>& names) const {
  const auto issued = issue({.names = names}, &authority_);
  write_certificate(name + ".crt", issued);
  write_key(name + ".key", issued);
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
    throw std::logic_error("not exactly once in the text: " + std::string(from));
  return text.replace(at, from.size(), to);
}

}  // namespace kaido::config
