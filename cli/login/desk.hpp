// Logging in, and what follows, in one call each; what the verbs print is up to them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "exit.hpp"
#include "login/device.hpp"
#include "login/hub.hpp"
#include "login/messages.hpp"
#include "login/saved_session.hpp"

namespace kaido::cli::login {

/// Whom and what to log in.
struct Wanted {
  std::vector<HubUrl> hubs;
  std::string user;
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path trust;          ///< empty: the system's
  std::filesystem::path wireguard_key;  ///< empty: the one that is registered
  std::filesystem::path write_config;   ///< empty: none
  bool up = false;                      ///< the tunnel of write_config
};

/// What it takes from around.
struct Around {
  std::function<Outcome<Secret>()> code;
  AskPassphrase passphrase;
  std::function<Outcome<void>(const std::filesystem::path& config)> bring_up;
  std::function<Outcome<void>(const std::filesystem::path& config)> take_down;
  std::filesystem::path session_file;
  std::function<std::int64_t()> now;  ///< one's own clock, seconds since 1970
  Timeouts timeouts;
};

struct LoggedIn {
  SavedSession saved;
  Session session;
  std::optional<Failure> not_kept;     ///< why this device does not remember the session
  std::optional<Failure> not_written;  ///< why write_config was not written, or is not up
};

/// Fails only where there is no session.
[[nodiscard]] Outcome<LoggedIn> log_in(const Wanted& wanted, const Around& around);

/// Of a session that is over: takes its tunnel down, where we brought it up, and remembers it no
/// more. Where that fails it is remembered, to be tried again.
[[nodiscard]] Outcome<void> forget(const SavedSession& saved, const Around& around);

/// Asks the session's hub, and remembers what it says. nullopt: it is over, and forgotten.
[[nodiscard]] Outcome<std::optional<LoggedIn>> of_session(const SavedSession& saved,
                                                          portal::Verb verb, const Around& around);

}  // namespace kaido::cli::login
