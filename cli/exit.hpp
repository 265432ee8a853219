// How a run of `kaido` ends.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "core/diagnostic.hpp"

namespace kaido::cli {

/// Exit codes; documented in README.md and in --help, and stable.
enum class Exit : std::uint8_t {
  fine = 0,
  not_working = 1,  ///< the answer is: something does not work
  usage = 2,
  config_invalid = 3,
  unreachable = 4,  ///< the daemon (or the bus, or a hub) does not answer
  not_permitted = 5,
  failed = 6,        ///< the daemon refused or failed, or this program did
  session_over = 7,  ///< login --watch: one's own session has ended
};

/// Why there is no answer.
struct Failure {
  Exit exit = Exit::failed;
  std::string code;      ///< of the condition ("not-found"), or "" for an error that is not Kaido's
  std::string message;   ///< what was tried or what the daemon said
  Diagnostics mistakes;  ///< with config_invalid
  std::string remedy;    ///< in place of the condition's
};

template <typename T>
using Outcome = std::expected<T, Failure>;

}  // namespace kaido::cli
