#include "adapters/otp_vault/typed.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace kaido::otp_vault {
namespace {

/// Longer is no one-time password, however many spaces are around it.
constexpr std::size_t kLongestCode = 64;
constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";

/// U+FF01 to U+FF5E are ASCII in full width, U+3000 is a space; other bytes stay as they are.
Secret half_width(const Secret& typed) {
  const auto in = typed.reveal();
  Secret result = Secret::zeros(in.size());
  const auto out = result.writable();
  std::size_t size = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    std::uint8_t byte = in[i];
    if (i + 2 < in.size()) {
      const auto second = in[i + 1];
      const auto third = in[i + 2];
      std::uint8_t plain = 0;
      if (byte == 0xEF && second == 0xBC && third >= 0x81 && third <= 0xBF)
        plain = static_cast<std::uint8_t>(third - 0x60);
      else if (byte == 0xEF && second == 0xBD && third >= 0x80 && third <= 0x9E)
        plain = static_cast<std::uint8_t>(third - 0x20);
      else if (byte == 0xE3 && second == 0x80 && third == 0x80)
        plain = ' ';
      if (plain != 0) {
        byte = plain;
        i += 2;
      }
    }
    out[size++] = byte;
  }
  result.truncate(size);
  return result;
}

bool is_space(std::uint8_t byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}
bool is_digit(std::uint8_t byte) { return byte >= '0' && byte <= '9'; }

std::span<const std::uint8_t> trimmed(std::span<const std::uint8_t> text) {
  while (!text.empty() && is_space(text.front())) text = text.subspan(1);
  while (!text.empty() && is_space(text.back())) text = text.first(text.size() - 1);
  return text;
}

}  // namespace

Secret digits_of(const Secret& code, std::size_t digits) {
  Secret nothing = Secret::zeros(digits);
  if (code.size() > kLongestCode) return nothing;
  const Secret plain = half_width(code);
  const auto text = trimmed(plain.reveal());
  if (text.size() != digits && text.size() != digits + 1) return nothing;
  Secret found = Secret::zeros(digits);
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      if (size == digits) return nothing;
      found.writable()[size++] = text[i];
    } else if ((text[i] != ' ' && text[i] != '-') || i == 0 || i + 1 == text.size()) {
      return nothing;
    }
  }
  return size == digits ? found : nothing;
}

Secret plain_code(const Secret& code) {
  Secret plain = half_width(code);
  const auto bytes = plain.writable();
  std::size_t size = 0;
  for (const std::uint8_t byte : bytes) {
    if (byte == '-' || is_space(byte)) continue;
    auto letter = byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte + 32) : byte;
    if (letter == 'o') letter = '0';
    if (letter == 'i' || letter == 'l') letter = '1';
    bytes[size++] = letter;
  }
  plain.truncate(size);
  return plain;
}

Secret spell(const Secret& chance) {
  Secret code = Secret::zeros(kChanceOfCode + 1);
  const auto out = code.writable();
  std::size_t at = 0;
  for (const std::uint8_t byte : chance.reveal().first(kChanceOfCode)) {
    if (at == kChanceOfCode / 2) out[at++] = '-';
    out[at++] = static_cast<std::uint8_t>(kCrockford[byte & 31U]);
  }
  return code;
}

}  // namespace kaido::otp_vault
