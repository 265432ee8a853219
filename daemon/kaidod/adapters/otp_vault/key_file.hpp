// The file with the key that one-time passwords are sealed under.
#pragma once

#include <functional>
#include <string>

#include "kaido/error.hpp"
#include "kaido/secret.hpp"

namespace kaido::otp_vault {

/// kKeySize bytes that only its owner, root or this process, can read. A file that is missing is
/// made, unless seeds are sealed with it already. Errors: otp_key_unusable, with the reason.
[[nodiscard]] Result<Secret> load_key(const std::string& file,
                                      const std::function<bool()>& seeds_exist);

}  // namespace kaido::otp_vault
