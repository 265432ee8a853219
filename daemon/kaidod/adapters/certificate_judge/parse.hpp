// Certificates and revocation lists out of bytes that anybody may have written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/certificate_judge/openssl.hpp"

namespace kaido::certificate_judge {

template <typename T>
struct Parsed {
  std::vector<T> items;
  /// One after them could not be read; the reading ended there.
  bool broken = false;
};

/// All of a PEM text, at most `limit`; other kinds of blocks and text around them are passed over.
[[nodiscard]] Parsed<Certificate> certificates_of(std::string_view pem, std::size_t limit);
[[nodiscard]] Parsed<RevocationList> revocations_of(std::string_view pem);

/// What a person presents: one certificate in DER, or PEM, hers first.
[[nodiscard]] Parsed<Certificate> presented(std::string_view bytes, std::size_t limit);

}  // namespace kaido::certificate_judge
