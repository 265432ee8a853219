// What the verbs about one's own session need.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "commands/common.hpp"
#include "exit.hpp"
#include "login/desk.hpp"
#include "options.hpp"

namespace kaido::cli::commands {

/// This process: its terminal, its clock, its home. Without a code.
[[nodiscard]] login::Around login_around();

/// {"outcome", "hub", "session", "ends", "now", "hub_key", "port", "addresses",
/// "networks"}
[[nodiscard]] boost::json::object to_json(const login::LoggedIn& done);

/// A line, where this device's clock is wrong; else empty.
[[nodiscard]] std::string clock_note(const login::LoggedIn& done);

/// kaido login --state, --extend
[[nodiscard]] Exit own_session(const Options& options, portal::Verb verb);

/// Until the session is over, or somebody has ended it.
[[nodiscard]] Exit watch_session(const Options& options, const login::LoggedIn& done);

}  // namespace kaido::cli::commands
