#include "engine/traffic.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace kaido {
namespace {

using namespace std::chrono_literals;

constexpr auto kIdleAfter = 10s;
/// In one look, beyond what is ours: a handshake of WireGuard, or a probe that was under way.
constexpr std::uint64_t kPackets = 2;

bool more(std::uint64_t now, std::uint64_t before, std::uint64_t own) {
  return now > before + own + kPackets;
}

}  // namespace

void Traffic::probed(std::size_t path) {
  if (path < paths_.size()) ++paths_[path].own.sent;
}

void Traffic::answered(std::size_t path) {
  if (path < paths_.size()) ++paths_[path].own.received;
}

void Traffic::look(std::size_t path, const DevicePackets& counted, Instant now) {
  if (path >= paths_.size()) return;
  const auto before = std::exchange(paths_[path], {.counted = counted, .own = {}});
  // What was before the first look is not known: it may have been traffic.
  if (!before.counted || more(counted.received, before.counted->received, before.own.received) ||
      more(counted.sent, before.counted->sent, before.own.sent))
    last_ = now;
}

bool Traffic::flows(Instant now) const { return now - last_ < kIdleAfter; }

}  // namespace kaido
