#include "login/wait.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

namespace kaido::cli::login {

int milliseconds_until(std::chrono::steady_clock::time_point moment) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(moment - std::chrono::steady_clock::now());
  return static_cast<int>(
      std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, std::numeric_limits<int>::max()));
}

Ready wait_for(int socket, short events, const Wait& wait) {
  for (;;) {
    // poll() looks past negative descriptors.
    std::array<pollfd, 2> polled{pollfd{socket, events, 0}, pollfd{wait.cancel, POLLIN, 0}};
    const int count = poll(polled.data(), polled.size(), milliseconds_until(wait.until));
    if (count < 0 && errno == EINTR) continue;
    if (polled[1].revents != 0) return Ready::cancelled;
    if (polled[0].revents != 0) return Ready::yes;
    if (count <= 0 && milliseconds_until(wait.until) == 0) return Ready::too_late;
  }
}

}  // namespace kaido::cli::login
