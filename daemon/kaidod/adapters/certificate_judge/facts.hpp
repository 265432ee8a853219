// What people are shown of a certificate, and what a device is known by.
#pragma once

#include <cstdint>
#include <string>

#include "adapters/certificate_judge/openssl.hpp"
#include "core/session/people.hpp"

namespace kaido::certificate_judge {

[[nodiscard]] session::Fingerprint fingerprint_of(const X509& certificate);
/// As RFC 2253 writes it, in UTF-8, at most 200 bytes; what could deceive a reader (control
/// characters, marks that turn the direction of text) is replaced by '?'.
[[nodiscard]] std::string subject_of(const X509& certificate);
/// 0: it says no time.
[[nodiscard]] session::WallTime not_after_of(const X509& certificate);
[[nodiscard]] std::string pem_of(const X509& certificate);

}  // namespace kaido::certificate_judge
