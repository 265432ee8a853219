#include "adapters/certificate_judge/facts.hpp"

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <new>
#include <optional>
#include <string_view>

namespace kaido::certificate_judge {
namespace {

constexpr std::size_t kLongestSubject = 200;

/// One character of UTF-8 (RFC 3629) at the begin of a text.
struct Character {
  char32_t value = 0;
  std::size_t size = 0;
};

std::optional<Character> first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const char32_t lead = byte(0);
  if (lead < 0x80) return Character{.value = lead, .size = 1};
  std::size_t size = 0;
  if (lead >= 0xC2 && lead <= 0xDF) size = 2;
  if (lead >= 0xE0 && lead <= 0xEF) size = 3;
  if (lead >= 0xF0 && lead <= 0xF4) size = 4;
  if (size == 0 || text.size() < size) return std::nullopt;
  char32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return std::nullopt;
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return std::nullopt;
  return Character{.value = value, .size = size};
}

bool deceives(char32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || (value >= 0x200B && value <= 0x200F) ||
         (value >= 0x2028 && value <= 0x202E) || (value >= 0x2060 && value <= 0x206F) ||
         value == 0xFEFF || value == 0x061C;
}

std::string cleaned(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const auto next = first_character(text);
    const std::size_t size = next ? next->size : 1;
    const bool shown = next && !deceives(next->value);
    if (clean.size() + (shown ? size : 1) > kLongestSubject) break;
    if (shown) {
      clean.append(text.substr(0, size));
    } else {
      clean += '?';
    }
    text.remove_prefix(size);
  }
  return clean;
}

}  // namespace

session::Fingerprint fingerprint_of(const X509& certificate) {
  session::Fingerprint fingerprint{};
  if (X509_digest(&certificate, EVP_sha256(), fingerprint.data(), nullptr) != 1)
    throw std::bad_alloc();
  return fingerprint;
}

std::string subject_of(const X509& certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio) throw std::bad_alloc();
  // What it wrote before it met a name that it cannot write is shown all the same.
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(&certificate), 0,
                     XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size <= 0 ? std::string() : cleaned({data, static_cast<std::size_t>(size)});
}

session::WallTime not_after_of(const X509& certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &parts) != 1) return 0;
  return timegm(&parts);
}

std::string pem_of(const X509& certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), &certificate) != 1) throw std::bad_alloc();
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

}  // namespace kaido::certificate_judge
