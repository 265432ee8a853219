// What a driver tells core/failover, at a site.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/failover/plan_types.hpp"
#include "core/tunnels/tunnel.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

/// A plan came into force. What is known of a path or a network stays with its name. `adopted`: the
/// path that the kernel uses for a network now, by the network's name. It counts for networks that
/// have no path yet.
struct PlanChanged {
  FailoverPlan plan;
  std::map<std::string, std::size_t> adopted;
};
/// These paths go away in a moment (a plan without them, or an admin takes their tunnels down).
/// Networks that use them move while the paths still work.
struct PathsLeave {
  std::vector<std::size_t> paths;
};
/// The tunnel below a path came up or went (link down, SA gone, taken down by the admin).
struct PathUsable {
  std::size_t path = 0;
  bool usable = false;
};
/// An answer to a probe.
struct ProbeReply {
  std::size_t path = 0;
  std::uint32_t sequence = 0;            ///< of the probe
  bool echo = false;                     ///< from the hub's kernel, not from the reflector
  Duration round_trip{};                 ///< without the reflector's turnaround
  Instant at;                            ///< when it arrived, by the kernel's clock
  std::uint16_t size = 0;                ///< of the whole inner packet, bytes
  std::uint32_t reflector_sequence = 0;  ///< replies that the reflector has sent in this session
  bool kaido = false;                    ///< the reflector is Kaido's: the next three count
  std::uint64_t applied_epoch = 0;
  std::uint32_t applied_generation = 0;
  std::vector<stamp::PathHeard> heard;  ///< what the hub received by our other paths
};
/// Packets received by a path's device so far. Answers ReadCounters.
struct CountersRead {
  std::size_t path = 0;
  std::uint64_t received = 0;
};
/// Traffic other than probes flows, or has stopped.
struct TrafficSeen {
  bool flows = true;
};
/// An admin asks for this path. nullopt: choose freely, and now.
struct SwitchRequested {
  std::size_t network = 0;
  std::optional<std::size_t> path;
};
/// It is the time that next_deadline() named, or later.
struct ProbeTick {};
using FailoverEvent = std::variant<PlanChanged, PathsLeave, PathUsable, ProbeReply, CountersRead,
                                   TrafficSeen, SwitchRequested, ProbeTick>;

}  // namespace kaido
