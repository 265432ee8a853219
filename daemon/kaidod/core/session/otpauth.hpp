// What authenticator apps read: otpauth:// URIs, and base32 (RFC 4648 §6).
#pragma once

#include <string>
#include <string_view>

#include "core/session/people.hpp"
#include "kaido/secret.hpp"

namespace kaido::session {

/// Without padding, as the apps expect it.
[[nodiscard]] Secret base32(const Secret& bytes);
/// otpauth://totp/ISSUER:USER?secret=…&issuer=ISSUER&algorithm=SHA1&digits=6&period=30; issuer and
/// user percent-encoded (RFC 3986), a space as %20.
[[nodiscard]] Secret otpauth_uri(std::string_view issuer, std::string_view user,
                                 const OtpShape& shape, const Secret& seed);

}  // namespace kaido::session
