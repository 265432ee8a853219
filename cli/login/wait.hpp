// Waiting for a socket, until a moment and unless it is called off.
#pragma once

#include <chrono>
#include <cstdint>

namespace kaido::cli::login {

struct Wait {
  std::chrono::steady_clock::time_point until;
  int cancel = -1;  ///< readable: somebody calls it off; negative: nobody can

  [[nodiscard]] static Wait for_time(std::chrono::milliseconds time, int cancel) {
    return {.until = std::chrono::steady_clock::now() + time, .cancel = cancel};
  }
};

enum class Ready : std::uint8_t { yes, too_late, cancelled };

/// `events` as of poll(2). An error on the socket is `yes` too: the next call on it tells.
[[nodiscard]] Ready wait_for(int socket, short events, const Wait& wait);

/// Rounded up, as poll(2) takes it; 0 when it is over.
[[nodiscard]] int milliseconds_until(std::chrono::steady_clock::time_point moment);

}  // namespace kaido::cli::login
