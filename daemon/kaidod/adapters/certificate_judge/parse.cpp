#include "adapters/certificate_judge/parse.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <span>

namespace kaido::certificate_judge {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Exactly its DER and nothing behind it: OpenSSL reads BER as well, and then one certificate would
/// have many fingerprints.
bool is_exactly(Bytes der, std::uint8_t* encoded, int size) {
  const bool same =
      size > 0 && std::ranges::equal(der, Bytes(encoded, static_cast<std::size_t>(size)));
  OPENSSL_free(encoded);
  return same;
}

Certificate certificate_of(Bytes der) {
  const auto* at = der.data();
  Certificate found(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!found) return found;
  std::uint8_t* encoded = nullptr;
  const int size = i2d_X509(found.get(), &encoded);
  if (!is_exactly(der, encoded, size)) found.reset();
  return found;
}

RevocationList revocation_of(Bytes der) {
  const auto* at = der.data();
  RevocationList found(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  if (found && at != der.data() + der.size()) found.reset();
  return found;
}

/// One block of PEM. Wiped when it ends: people also send files with their private key.
struct Block {
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  [[nodiscard]] std::string_view kind() const { return name; }
  [[nodiscard]] Bytes bytes() const { return {data, static_cast<std::size_t>(size)}; }

  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
};

bool is_certificate(std::string_view kind) {
  return kind == PEM_STRING_X509 || kind == PEM_STRING_X509_OLD;
}
bool is_revocation_list(std::string_view kind) { return kind == PEM_STRING_X509_CRL; }

/// Whether reading ended because there is no other block.
bool at_end() {
  const auto error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

template <typename T>
Parsed<T> read_pem(std::string_view pem, std::size_t limit, bool (*wanted)(std::string_view),
                   T (*read)(Bytes)) {
  Parsed<T> parsed;
  if (pem.size() > std::numeric_limits<int>::max()) {
    parsed.broken = true;
    return parsed;
  }
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) throw std::bad_alloc();
  while (parsed.items.size() < limit && !parsed.broken) {
    ERR_clear_error();
    Block block;
    if (PEM_read_bio(bio.get(), &block.name, &block.header, &block.data, &block.size) != 1) {
      parsed.broken = !at_end();
      break;
    }
    if (!wanted(block.kind())) continue;
    if (auto item = read(block.bytes())) {
      parsed.items.push_back(std::move(item));
    } else {
      parsed.broken = true;
    }
  }
  ERR_clear_error();
  return parsed;
}

}  // namespace

Parsed<Certificate> certificates_of(std::string_view pem, std::size_t limit) {
  return read_pem(pem, limit, is_certificate, certificate_of);
}

Parsed<RevocationList> revocations_of(std::string_view pem) {
  return read_pem(pem, std::numeric_limits<std::size_t>::max(), is_revocation_list, revocation_of);
}

Parsed<Certificate> presented(std::string_view bytes, std::size_t limit) {
  constexpr char kSequence = 0x30;  // how every certificate in DER begins
  if (bytes.starts_with(kSequence)) {
    Parsed<Certificate> one;
    auto found =
        certificate_of({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    if (found) {
      one.items.push_back(std::move(found));
      return one;
    }
  }
  return certificates_of(bytes, limit);
}

}  // namespace kaido::certificate_judge
