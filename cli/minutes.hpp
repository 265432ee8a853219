// Lengths of time as people type them: "30m", "2h", "1d".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kaido::cli {

/// In minutes, from one minute to seven days; nullopt: it is none of these.
[[nodiscard]] std::optional<std::uint32_t> parse_minutes(std::string_view text);

}  // namespace kaido::cli
