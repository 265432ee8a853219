// A configuration for wg-quick(8).
#pragma once

#include <filesystem>

#include "core/wireguard.hpp"
#include "exit.hpp"
#include "kaido/secret.hpp"
#include "login/messages.hpp"
#include "login/url.hpp"

namespace kaido::cli::login {

/// Of a session with WireGuard. Every value was parsed: a hub cannot add a line of its own.
[[nodiscard]] Secret draw_wg_quick(const Session& session, const HubUrl& hub,
                                   const WireGuardPrivateKey& own);

/// A file that is missing, or one of ours.
[[nodiscard]] Outcome<void> may_replace(const std::filesystem::path& file);
[[nodiscard]] Outcome<void> write_wg_quick(const std::filesystem::path& file,
                                           const Secret& content);

}  // namespace kaido::cli::login
