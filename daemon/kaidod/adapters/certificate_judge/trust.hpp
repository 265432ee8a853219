// The authorities and revocation lists that people's certificates are judged against.
#pragma once

#include <openssl/safestack.h>

#include <memory>
#include <vector>

#include "adapters/certificate_judge/openssl.hpp"
#include "kaido/error.hpp"
#include "ports/certificate_judge.hpp"

namespace kaido::certificate_judge {

/// Does not change once it is made, so any number of threads may use one.
struct Trust {
  Store store;
  std::vector<Certificate> authorities;
  std::vector<RevocationList> revocations;
  bool revocation_required = false;
};

/// certificate_unusable: what is wrong, with the number of the authority or list in its text.
[[nodiscard]] Result<std::shared_ptr<const Trust>> make_trust(const PeopleTrust& wanted);

/// With every demand on a chain but the purpose and the time.
void demand(X509_STORE_CTX& context, unsigned long flags);

}  // namespace kaido::certificate_judge
