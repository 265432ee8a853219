// The certificates of IKE, as bytes.
#pragma once

#include <string>
#include <vector>

#include "core/shared.hpp"

namespace kaido {

struct Certificates {
  std::string own_der;                     ///< the gateway's own; X.509, DER; empty: it has none
  std::vector<std::string> authority_der;  ///< the peer's chain has to end at one of these
  friend bool operator==(const Certificates&, const Certificates&) = default;
};

/// A thousand connections of a hub have one copy.
using SharedCertificates = Shared<Certificates>;
/// Lists of revoked certificates (X.509 CRLs), DER.
using SharedRevocations = Shared<std::vector<std::string>>;

}  // namespace kaido
