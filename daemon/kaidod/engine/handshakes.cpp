#include "engine/handshakes.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/desired/wireguard.hpp"
#include "core/failover/beat.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirst = 250ms;
constexpr auto kSettled = 15s;
constexpr auto kListening = 2s;
constexpr auto kImpatient = 5s;  // a tunnel that began this recently is looked at often
constexpr int kShare = 50;       // a look has this part of the time at most
constexpr int kHubShare = 200;   // claims wait for nobody's look

}  // namespace

Handshakes::Handshakes(Clock& clock, WireGuardControl& wireguard, const Board& board,
                       OnSeen on_seen)
    : clock_(clock),
      wireguard_(wireguard),
      board_(board),
      on_seen_(std::move(on_seen)),
      timer_(clock.make_timer()) {}

void Handshakes::look() {
  const auto begin = clock_.now();
  for (const auto& name : wireguard_devices(board_))
    if (const auto device = wireguard_.read(name)) on_seen_(*device);
  cost_ = clock_.now() - begin;
  arm();
}

Duration Handshakes::interval() const {
  const bool listens = board_.tunnels.size() > 0 && board_.tunnels[0].listens;
  const auto floor = std::min<Duration>(cost_ * (listens ? kHubShare : kShare), kSettled);
  if (listens) return std::max<Duration>(floor, kListening);
  Duration wanted = kSettled;
  for (const auto& tunnel : board_.tunnels) {
    if (tunnel.transport != Transport::wireguard || tunnel.up()) continue;
    if (!std::holds_alternative<state::Connecting>(tunnel.state)) continue;
    const bool fresh = clock_.now() - tunnel.since < kImpatient;
    wanted = std::min<Duration>(wanted, fresh ? Duration(kFirst) : Duration(kListening));
  }
  return std::max(floor, wanted);
}

void Handshakes::arm() {
  const auto wait = interval();
  const auto at = wait < kSettled ? clock_.now() + wait : beat(clock_.now() + wait);
  // Do not push an earlier look away again and again.
  if (const auto due = timer_->due(); due && *due <= at) return;
  timer_->set(at, [this] {
    if (!board_.tunnels.torn_down) look();
  });
}

}  // namespace kaido
