#include "login/countdown.hpp"

#include <ctime>

namespace kaido::cli::login {

std::int64_t steady_seconds() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

}  // namespace kaido::cli::login
