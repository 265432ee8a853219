// Whatever a person presents, and whatever lies in the files of [people]: nothing crashes, nothing
// but the two certificates of the corpus is let in, and what is shown is clean. Nor is anything but
// clean names read for IKE.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>

#include "adapters/certificate_judge/x509_judge.hpp"
#include "core/session/ike_identities.hpp"

namespace {

using namespace kaido;

constexpr session::WallTime kNow = 2'000'000'000;

constexpr const char* kAuthority =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBiTCCAS+gAwIBAgIUKmgR8tVuJFT64Uhq7jIgYw94jfswCgYIKoZIzj0EAwIw\n"
    "ETEPMA0GA1UEAwwGUGVvcGxlMCAXDTI2MTEyODExNDkxOVoYDzIxMjYxMTA0MTE0\n"
    "OTE5WjARMQ8wDQYDVQQDDAZQZW9wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AARA+UQQZ5TkSu/xBXfKosIXX28XN7fVjoXauYCaCVZAMAjaV7lp/ctALUw3LFQr\n"
    "OFzMrug6s6/Ar7zcALtgS8IQo2MwYTAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB\n"
    "/wQEAwIBBjAdBgNVHQ4EFgQUqyKl/+J7w0CwV2fCBtcjH/ER7x4wHwYDVR0jBBgw\n"
    "FoAUqyKl/+J7w0CwV2fCBtcjH/ER7x4wCgYIKoZIzj0EAwIDSAAwRQIhAKE2iEF8\n"
    "HSdJeSmwAtbz16MqB6oHX1LKeZ5DSQVkEo1NAiBQkRSq81baqXGOD3o+QhvIHRA5\n"
    "Ry9y1JkmOVfQ0w279A==\n"
    "-----END CERTIFICATE-----\n";

/// Of one.pem and chain.pem, which this authority signed. Its key is gone: there can be no third.
constexpr std::string_view kGenuine[] = {
    "a3fa1b8d04f9257920a4a30ab3440212ac3e4fb9aa28ea87b525467502762384",
    "cbc0c9b59bbf04c3afed57acc3fde19d630354b341444268fd4ad573d60e068e"};

void require(bool holds) {
  if (!holds) std::abort();
}

std::string hexadecimal(const session::Fingerprint& fingerprint) {
  std::string text;
  for (const auto byte : fingerprint) text += fmt::format("{:02x}", byte);
  return text;
}

void check(const session::CertificateFacts& facts) {
  require(facts.subject.size() <= 200);
  require(
      std::ranges::none_of(facts.subject, [](char c) { return (c >= 0 && c < ' ') || c == 127; }));
  require(!facts.fault || *facts.fault <= session::Refusal::revocation_unknown);
}

/// What is trusted here comes from the input as well: only that it does not crash is known.
void read_as_files(const std::string& bytes) {
  X509Judge judge;
  if (judge.trust({.authorities_pem = bytes})) check(judge.judge(bytes, kNow));
  if (judge.trust(
          {.authorities_pem = kAuthority, .revocations_pem = bytes, .revocation_required = true}))
    check(judge.judge(bytes, kNow));
}

/// By which a device may call itself in IKE: of the text, and of its bytes as a certificate's.
void read_names(const std::string& bytes) {
  std::string base64((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  base64.resize(static_cast<std::size_t>(size));
  const auto wrapped = "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
  for (const auto& text : {bytes, wrapped})
    for (const auto& name : session::ike_identities(text)) {
      require(name.starts_with("email:") || name.starts_with("fqdn:") ||
              name.starts_with("asn1dn:#"));
      require(std::ranges::none_of(name, [](char c) { return c <= ' ' || c > '~' || c == '*'; }));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const X509Judge* const judge = [] {
    static X509Judge made;
    require(made.trust({.authorities_pem = kAuthority}).has_value());
    return &made;
  }();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto facts = judge->judge(bytes, kNow);
  check(facts);
  require(facts.fault ||
          std::ranges::find(kGenuine, hexadecimal(facts.fingerprint)) != std::end(kGenuine));
  read_as_files(bytes);
  read_names(bytes);
  return 0;
}
