// How a control answers what takes time.
#pragma once

#include <expected>
#include <functional>

#include "kaido/error.hpp"

namespace kaido {

/// Called once, on the engine's thread, with the outcome: later, or before the call returns.
template <typename T, typename E = Error>
using Done = std::move_only_function<void(std::expected<T, E>)>;

}  // namespace kaido
