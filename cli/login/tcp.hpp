// A TCP connection to a name, by whichever of its addresses answers first (RFC 8305).
#pragma once

#include "kaido/descriptor.hpp"
#include "login/trouble.hpp"
#include "login/url.hpp"
#include "login/wait.hpp"

namespace kaido::cli::login {

/// Non-blocking. Addresses are tried in the resolver's order, the families in turn, 250 ms apart,
/// or at once when the one before has failed.
[[nodiscard]] Got<Descriptor> connect_tcp(const HubUrl& url, const Wait& wait);

}  // namespace kaido::cli::login
