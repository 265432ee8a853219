// otpauth:// URIs and base32. The seed is written into Secrets only, never into a string.
#include "core/session/otpauth.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kaido::session {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// RFC 3986 §2.1.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text)
    encoded +=
        is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<std::uint8_t>(c));
  return encoded;
}

}  // namespace

Secret base32(const Secret& bytes) {
  auto text = Secret::zeros((bytes.size() * 8 + 4) / 5);
  auto out = text.writable().begin();
  std::uint32_t bits = 0;  // the last `held` of them are not written yet
  unsigned held = 0;
  for (const auto byte : bytes.reveal()) {
    bits = bits << 8U | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      *out++ = static_cast<std::uint8_t>(kAlphabet[bits >> held & 0x1fU]);
    }
  }
  if (held > 0) *out = static_cast<std::uint8_t>(kAlphabet[bits << (5 - held) & 0x1fU]);
  return text;
}

Secret otpauth_uri(std::string_view issuer, std::string_view user, const OtpShape& shape,
                   const Secret& seed) {
  const auto encoded = percent_encoded(issuer);
  const auto before = fmt::format("otpauth://totp/{}:{}?secret=", encoded, percent_encoded(user));
  const auto after = fmt::format("&issuer={}&algorithm={}&digits={}&period={}", encoded,
                                 to_string(shape.algorithm), shape.digits, shape.period);
  const auto secret = base32(seed);
  auto uri = Secret::zeros(before.size() + secret.size() + after.size());
  auto out = std::ranges::copy(before, uri.writable().begin()).out;
  out = std::ranges::copy(secret.reveal(), out).out;
  std::ranges::copy(after, out);
  return uri;
}

}  // namespace kaido::session
