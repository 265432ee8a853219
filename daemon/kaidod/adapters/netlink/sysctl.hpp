// The files under /proc/sys/net of the caller's network namespace.
#pragma once

#include <optional>
#include <string>

#include "core/kernel.hpp"
#include "kaido/error.hpp"

namespace kaido::netlink {

/// Without the white space around it; nullopt: there is no such file, or the path leaves
/// /proc/sys/net.
[[nodiscard]] std::optional<std::string> read_sysctl(const std::string& path);

/// kernel_refused, also for a path with ".." in it; permission_denied.
Result<void> write_sysctl(const Sysctl& sysctl);

}  // namespace kaido::netlink
