// What went wrong, as org.kaido.Gateway1 says it.
#pragma once

#include <sdbus-c++/Error.h>

#include "engine/control/configuration_control.hpp"

namespace kaido::api {

/// org.kaido.Error.X of the condition; the message is the detail, or else the condition's cause.
[[nodiscard]] sdbus::Error to_dbus(const Error& error);
/// org.kaido.Error.ConfigInvalid, one mistake a line.
[[nodiscard]] sdbus::Error to_dbus(const Diagnostics& mistakes);
[[nodiscard]] sdbus::Error to_dbus(const ApplyFailure& failure);

}  // namespace kaido::api
