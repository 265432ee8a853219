// Messages of the log, one line each.
#pragma once

#include <string>

#include "core/report.hpp"
#include "output/terminal.hpp"

namespace kaido::cli {

/// "2026-11-22 15:40:01  warning  tokyo/a:isp1/ikev2: text  [TUNNEL_DOWN]" in local time.
[[nodiscard]] std::string draw_log_entry(const LogEntry& entry, const Style& style);

}  // namespace kaido::cli
