// Codes as people type them, brought into one form. All of it is hostile.
#pragma once

#include <cstddef>

#include "kaido/secret.hpp"

namespace kaido::otp_vault {

/// Exactly `digits` bytes: the digits of a one-time password, or zeros, which fit no code, where it
/// is not one. Spaces around it and one space or dash inside do not matter; digits of Japanese
/// keyboards (U+FF10 to U+FF19) count.
[[nodiscard]] Secret digits_of(const Secret& code, std::size_t digits);

/// A recovery or bypass code without its dashes and spaces, in lower case; o is 0, i and l are 1
/// (Crockford's base32), since people read them so.
[[nodiscard]] Secret plain_code(const Secret& code);

/// "xxxxx-xxxxx" in Crockford's base32: 5 bits of each of kChanceOfCode random bytes.
[[nodiscard]] Secret spell(const Secret& chance);
inline constexpr std::size_t kChanceOfCode = 10;

}  // namespace kaido::otp_vault
