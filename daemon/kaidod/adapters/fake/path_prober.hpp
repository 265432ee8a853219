// The data plane of paths in memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/path_prober.hpp"

namespace kaido::fake {

/// A prober whose network is a function. As the real one it believes only what answers a probe of
/// its own, from the right source and by the right device, once. One thread. Keeps the contract of
/// tests/contract/path_prober.
class PathProber final : public kaido::PathProber {
 public:
  /// A reply under way, honest unless changed. `reply.at` is when it arrives.
  struct Frame {
    std::string device;
    IpAddress source;
    IpAddress destination;
    ProbeReply reply;
  };
  /// What comes back for a probe that was sent just now: nothing, one frame or several.
  using Network = std::function<std::vector<Frame>(const OutgoingProbe&, const ProbeTarget&)>;
  using Clock = std::function<Instant()>;

  /// Every device is there; every probe is answered at once, as a stateful Kaido reflector would.
  explicit PathProber(Clock clock = [] { return std::chrono::steady_clock::now(); });
  ~PathProber() override;
  PathProber(const PathProber&) = delete;
  PathProber& operator=(const PathProber&) = delete;

  Result<void> set_targets(std::vector<ProbeTarget> targets) override;
  void send(std::span<const OutgoingProbe> probes) override;
  /// Readable while anything is under way, be it not due yet.
  int fd() override { return event_; }
  void receive(std::vector<ProbeReply>& replies) override;
  DevicePackets packets(std::size_t path) override;
  [[nodiscard]] std::uint64_t refused() const override { return refused_; }

  // The world.
  void set_network(Network network) { network_ = std::move(network); }
  void set_device(const std::string& device, bool present);
  /// Packets other than probes.
  void count(const std::string& device, const DevicePackets& packets) {
    counted_[device].received += packets.received;
    counted_[device].sent += packets.sent;
  }
  /// The honest answer, for a network function to change.
  [[nodiscard]] Frame answer(const OutgoingProbe& probe, Duration round_trip);
  /// A frame that nobody asked for.
  void inject(Frame frame);

  [[nodiscard]] const std::vector<ProbeTarget>& targets() const { return targets_; }
  /// All probes so far, lost ones too.
  [[nodiscard]] const std::vector<OutgoingProbe>& sent() const { return sent_; }

 private:
  struct Key {
    std::size_t path;
    std::uint32_t sequence;
    bool echo;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  bool take(const Frame& frame, std::vector<ProbeReply>& replies);

  Clock clock_;
  Network network_;
  int event_;
  std::vector<ProbeTarget> targets_;
  std::set<std::string> absent_;
  std::map<std::string, DevicePackets> counted_;
  std::map<std::size_t, std::uint32_t> reflected_;  ///< by path: the reflector's own count
  std::map<Key, OutgoingProbe> outstanding_;
  std::vector<Frame> under_way_;
  std::vector<OutgoingProbe> sent_;
  std::uint64_t refused_ = 0;
};

}  // namespace kaido::fake
