#include "material.hpp"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kaido::cli::login {
namespace {

EVP_PKEY* make_key(Kind kind) {
  switch (kind) {
    case Kind::ec:
      return EVP_EC_gen("P-256");
    case Kind::rsa:
      return EVP_RSA_gen(2048);
    case Kind::ed25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }
  __builtin_unreachable();
}

void extend(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Issued issue(const Wish& wish, const Issued* issuer) {
  Issued made{config::Certificate(X509_new()), config::KeyPair(make_key(wish.kind))};
  auto* certificate = made.certificate.get();
  static long serial = 0;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(certificate), wish.from);
  ASN1_TIME_set(X509_getm_notAfter(certificate), wish.until);
  const auto subject = "Test " + std::to_string(serial);
  auto* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate,
                       issuer == nullptr ? name : X509_get_subject_name(issuer->certificate.get()));
  X509_set_pubkey(certificate, made.key.get());
  extend(certificate, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!wish.names.empty()) extend(certificate, NID_subject_alt_name, wish.names);
  const auto& signer = issuer == nullptr ? made.key : issuer->key;
  const bool pure = EVP_PKEY_is_a(signer.get(), "ED25519") == 1;
  if (X509_sign(certificate, signer.get(), pure ? nullptr : EVP_sha256()) == 0)
    throw std::runtime_error("cannot sign");
  return made;
}

Folder::Folder() {
  auto name = (std::filesystem::temp_directory_path() / "kaido-login-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path Folder::write(std::string_view name, std::string_view content,
                                    unsigned mode) const {
  auto file = path_ / name;
  std::ofstream(file, std::ios::binary) << content;
  chmod(file.c_str(), mode);
  return file;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

unsigned mode_of(const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) throw std::runtime_error("no such file");
  return status.st_mode & 07777U;
}

}  // namespace kaido::cli::login
