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
constexpr auto kImpatient = 5s;      // a tunnel that began this recently is looked at often
constexpr int kShare = 50;           // a look has this part of the time at most
constexpr std::size_t kSlice = 128;  // of a hub's tunnels, that the strand hears of at once
// Peers that are made afresh after one look at a device; at least one for each slice.
constexpr std::size_t kRenewals = 100;

}  // namespace

Handshakes::Handshakes(Clock& clock, Workers& workers, WireGuardControl& wireguard,
                       const Board& board, OnSeen on_seen)
    : clock_(clock),
      workers_(workers),
      wireguard_(wireguard),
      board_(board),
      on_seen_(std::move(on_seen)),
      timer_(clock.make_timer()),
      telling_timer_(clock.make_timer()) {}

void Handshakes::look() {
  const auto begin = clock_.now();
  for (const auto& name : wireguard_devices(board_))
    if (const auto device = wireguard_.read(name)) on_seen_({&*device, clock_.wall_time()});
  cost_ = clock_.now() - begin;
  arm();
}

void Handshakes::look_beside() {
  if (std::exchange(looking_, true)) return;
  auto seen = std::make_shared<Seen>(
      Seen{.wall_time = clock_.wall_time(), .begin = clock_.now(), .devices = {}});
  workers_.run(
      [seen, names = wireguard_devices(board_), &wireguard = wireguard_] {
        for (const auto& name : names)
          if (auto device = wireguard.read(name)) seen->devices.push_back(std::move(*device));
      },
      [this, seen](const std::exception_ptr&) {
        cost_ = clock_.now() - seen->begin;
        tell(seen, 0, 0);
      });
}

/// Slices of tunnels by their place: those of a new configuration meanwhile are found by their
/// keys.
void Handshakes::tell(const std::shared_ptr<Seen>& seen, std::size_t device, std::size_t first) {
  if (device < seen->devices.size() && !board_.tunnels.torn_down) {
    const auto end = first + kSlice;
    const auto slices = board_.tunnels.size() / kSlice + 1;
    on_seen_({.device = &seen->devices[device],
              .wall_time = seen->wall_time,
              .read_at = seen->begin,
              .first = first,
              .end = end,
              .renewals = std::max<std::size_t>(1, kRenewals / slices)});
    const bool whole = end >= board_.tunnels.size();
    return telling_timer_->set(
        clock_.now(), [this, seen, device = whole ? device + 1 : device, first = whole ? 0 : end] {
          tell(seen, device, first);
        });
  }
  looking_ = false;
  arm();
}

bool Handshakes::listens() const { return board_.tunnels.size() > 0 && board_.tunnels[0].listens; }

Duration Handshakes::interval() const {
  const auto floor = std::min<Duration>(cost_ * kShare, kSettled);
  if (listens()) return std::max<Duration>(floor, kListening);
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
  if (looking_) return;
  const auto wait = interval();
  const auto at = wait < kSettled ? clock_.now() + wait : beat(clock_.now() + wait);
  // Do not push an earlier look away again and again.
  if (const auto due = timer_->due(); due && *due <= at) return;
  timer_->set(at, [this] {
    if (board_.tunnels.torn_down) return;
    if (listens()) return look_beside();
    look();
  });
}

}  // namespace kaido
