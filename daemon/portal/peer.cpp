#include "portal/peer.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <string_view>

#include "kaido/portal_link.hpp"
#include "portal/names.hpp"

namespace kaido::portal {
namespace {

std::string pem_of(const X509& certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  if (!memory || PEM_write_bio_X509(memory.get(), &certificate) != 1) return {};
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

/// As many of the chain as a packet for kaidod has room for.
std::string chain_of(const SSL& tls, const X509& own) {
  auto text = pem_of(own);
  if (text.size() > kLargestText) return {};
  const auto* chain = SSL_get_peer_cert_chain(&tls);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const auto one = pem_of(*sk_X509_value(chain, i));
    if (text.size() + one.size() > kLargestText) break;
    text += one;
  }
  return text;
}

std::string fingerprint_of(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

void look_at(const SSL& tls, Peer& peer) {
  const auto* name = SSL_get_servername(&tls, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) peer.server_name = normal_name(name);
  peer.was_asked = (SSL_get_verify_mode(&tls) & SSL_VERIFY_PEER) != 0;
  const auto* own = SSL_get0_peer_certificate(&tls);
  if (own == nullptr) return;
  peer.certificates = chain_of(tls, *own);
  peer.fingerprint = fingerprint_of(*own);
}

}  // namespace kaido::portal
