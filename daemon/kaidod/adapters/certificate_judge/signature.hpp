// Signatures by the key of a certificate.
#pragma once

#include <string_view>

#include "adapters/certificate_judge/openssl.hpp"

namespace kaido::certificate_judge {

/// Is it one of the text, of a kind that CertificateJudge::signed_by() names?
[[nodiscard]] bool fits(const X509& certificate, std::string_view text, std::string_view signature);

}  // namespace kaido::certificate_judge
