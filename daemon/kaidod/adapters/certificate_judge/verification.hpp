// Is a certificate one to log in with, now?
#pragma once

#include <optional>
#include <span>

#include "adapters/certificate_judge/openssl.hpp"
#include "adapters/certificate_judge/trust.hpp"
#include "core/session/decision.hpp"

namespace kaido::certificate_judge {

/// Of all that is wrong what helps most: who issued it first, then revocation, time, usage.
/// `certificates`: the person's, then those that came with it; at least one.
[[nodiscard]] std::optional<session::Refusal> fault_of(const Trust& trust,
                                                       std::span<const Certificate> certificates,
                                                       session::WallTime now);

}  // namespace kaido::certificate_judge
