// Moments, in the local time of whoever looks.
#pragma once

#include <cstdint>
#include <string>

namespace kaido::cli {

/// "2026-11-28 14:05:09"; `moment` in seconds since 1970.
[[nodiscard]] std::string local_time(std::int64_t moment);
/// "2026-11-28 14:05".
[[nodiscard]] std::string local_minute(std::int64_t moment);
/// "2026-11-28 14:05 (in 3 h 20 min)", or that it is over; "" for 0, which is no moment.
[[nodiscard]] std::string end_at(std::int64_t moment, std::int64_t now);

}  // namespace kaido::cli
