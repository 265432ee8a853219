#include "core/claim_key.hpp"

#include <cstring>

namespace kaido {

ClaimKey::~ClaimKey() { explicit_bzero(bytes_.data(), bytes_.size()); }

}  // namespace kaido
