// Times of the day and hours of the week, as the configuration writes them.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/session/settings.hpp"

namespace kaido::config {

/// "04:00" as minutes since midnight.
[[nodiscard]] std::optional<std::uint16_t> parse_time_of_day(std::string_view text);
[[nodiscard]] std::string time_of_day(std::uint16_t minute);

/// "08:00-20:00", "mon-fri 08:00-20:00", "mon,wed,sat 22:00-06:00"; otherwise which part of it is
/// wrong. The end may be written "24:00", which is the next day's "00:00".
[[nodiscard]] std::expected<session::Hours, std::string> parse_hours(std::string_view text);
/// Text that parse_hours() reads as the same.
[[nodiscard]] std::string to_text(const session::Hours& hours);

}  // namespace kaido::config
