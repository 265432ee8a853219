// What core/failover asks its driver to do at a site.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "core/failover/choice.hpp"

namespace kaido {

struct SendProbe {
  std::size_t path = 0;
  std::uint32_t sequence = 0;
  std::uint16_t size = 0;  ///< of the whole inner packet, bytes; 0: the smallest
  bool echo = false;       ///< ICMP echo instead of STAMP
  bool ask_all = false;    ///< the reply needs room for all paths of this hub
};
/// The network uses choice.to from now on (nullopt: no path).
struct PathChosen {
  std::size_t network = 0;
  PathChoice choice;
};
/// Health or trouble of a path has changed.
struct PathChanged {
  std::size_t path = 0;
};
/// Answer with CountersRead, now.
struct ReadCounters {
  std::size_t path = 0;
};
/// The tunnel is up but carries nothing, and no traffic uses it: rekey at the first attempt,
/// re-establish at the next ones.
struct RepairTunnel {
  std::size_t path = 0;
  std::uint32_t attempt = 0;  ///< from 1
};
/// TCP clamp and outer routes have to match PathState::size and in_fragments().
struct SizeChanged {
  std::size_t path = 0;
};
/// The budget of an uplink is spent, or has a reserve again.
struct BudgetChanged {
  std::size_t uplink = 0;
};
using FailoverAction = std::variant<SendProbe, PathChosen, PathChanged, ReadCounters, RepairTunnel,
                                    SizeChanged, BudgetChanged>;
using FailoverActions = std::vector<FailoverAction>;

}  // namespace kaido
