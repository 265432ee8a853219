// The machine's real time, as STAMP's packets carry it.
#pragma once

#include <ctime>

#include "kaido/stamp.hpp"

namespace kaido::stamp {

/// `time`: of CLOCK_REALTIME.
[[nodiscard]] NtpTime ntp_from(const timespec& time);
[[nodiscard]] NtpTime ntp_now();

}  // namespace kaido::stamp
