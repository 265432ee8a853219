#include "kaido/ntp_clock.hpp"

namespace kaido::stamp {

NtpTime ntp_from(const timespec& time) { return ntp_from_unix(time.tv_sec, time.tv_nsec); }

NtpTime ntp_now() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return ntp_from(time);
}

}  // namespace kaido::stamp
