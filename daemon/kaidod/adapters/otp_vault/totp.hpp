// Time-based one-time passwords (RFC 6238), by liboath.
#pragma once

#include <cstdint>
#include <optional>

#include "core/session/people.hpp"
#include "kaido/secret.hpp"

namespace kaido::otp_vault {

/// Whether liboath can make codes of it: what the store says is not trusted.
[[nodiscard]] bool possible(const session::OtpShape& shape);

/// The newest time step, of the one before `now`, that of `now` and the next, whose code this is.
/// All three are computed, whatever the code. `shape` is possible(). Throws std::runtime_error
/// where liboath fails.
[[nodiscard]] std::optional<std::uint64_t> matching_step(const Secret& seed,
                                                         const session::OtpShape& shape,
                                                         const Secret& code, session::WallTime now);

}  // namespace kaido::otp_vault
