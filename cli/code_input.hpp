// A one-time code as it is typed or piped in: never an argument, which every process could see.
#pragma once

#include "exit.hpp"
#include "kaido/secret.hpp"

namespace kaido::cli {

/// The first line of what a descriptor gives, without spaces; of a terminal without echo, after a
/// question on standard error. Fails when there is nothing.
[[nodiscard]] Outcome<Secret> read_code(int descriptor);

}  // namespace kaido::cli
