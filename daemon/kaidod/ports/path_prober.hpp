// The port to the data plane of the paths: probes out, replies in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/failover/events.hpp"
#include "kaido/error.hpp"
#include "kaido/ip.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

/// Where the probes of one path go; its index is the path's number in core/failover.
struct ProbeTarget {
  std::string device;  ///< probes leave by it, whatever the routes say
  IpAddress source;
  IpAddress destination;
  bool stamp = true;  ///< false: ICMP echo only (a hub that is not Kaido)
  friend bool operator==(const ProbeTarget&, const ProbeTarget&) = default;
};

struct OutgoingProbe {
  std::size_t path = 0;
  std::uint32_t sequence = 0;
  std::uint16_t size = 0;  ///< of the whole inner IP packet, bytes; never fragmented. 0: the least
  bool echo = false;       ///< ICMP echo instead of STAMP
  std::uint8_t room = 0;   ///< for entries in the reply
  std::optional<stamp::Claim> claim;
  std::optional<stamp::Hmac> hmac;  ///< of the claim, for this sequence and room
};

/// What a device has counted so far; 0: it is not there.
struct DevicePackets {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  friend bool operator==(const DevicePackets&, const DevicePackets&) = default;
};

/// Synchronous, never blocks; one thread.
class PathProber {
 public:
  virtual ~PathProber() = default;

  /// The paths from now on. A device that is not there yet is looked for again at each send.
  virtual Result<void> set_targets(std::vector<ProbeTarget> targets) = 0;
  /// In one system call for many. A probe that cannot leave counts as sent and lost.
  virtual void send(std::span<const OutgoingProbe> probes) = 0;
  /// Readable when replies wait; -1: never.
  virtual int fd() = 0;
  /// All that wait, with the kernel's time of arrival on the steady clock. What is not an answer to
  /// a probe of this process (wrong source, sequence never sent, malformed) is dropped and counted.
  virtual void receive(std::vector<ProbeReply>& replies) = 0;
  /// Of the path's device: probes, and all else that goes by it.
  virtual DevicePackets packets(std::size_t path) = 0;
  /// Packets dropped by receive() so far.
  [[nodiscard]] virtual std::uint64_t refused() const = 0;
};

}  // namespace kaido
