#include "core/tunnels/tunnel.hpp"

#include <algorithm>

#include "core/overloaded.hpp"

namespace kaido {

const char* to_string(const TunnelState& tunnel_state) {
  return std::visit(overloaded{
                        [](const state::Disabled&) { return "disabled"; },
                        [](const state::Waiting&) { return "waiting"; },
                        [](const state::Connecting&) { return "connecting"; },
                        [](const state::BackOff&) { return "back-off"; },
                        [](const state::Listening&) { return "listening"; },
                        [](const state::Up&) { return "up"; },
                    },
                    tunnel_state);
}

std::optional<Error> Tunnel::reason() const {
  if (const auto* waiting = std::get_if<state::Waiting>(&state)) return waiting->reason;
  if (const auto* connecting = std::get_if<state::Connecting>(&state))
    return connecting->evidence ? connecting->evidence : last_failure;
  return up() ? std::nullopt : last_failure;
}

Duration back_off(std::uint32_t failures, double random) {
  const auto doublings = std::min<std::uint32_t>(failures == 0 ? 0 : failures - 1, 7);
  const auto base = std::min<Duration>(kFirstRetry * (1U << doublings), kLongestRetry);
  const auto jitter = std::chrono::duration<double>(base) * (0.25 * random);
  return base + std::chrono::duration_cast<Duration>(jitter);
}

}  // namespace kaido
