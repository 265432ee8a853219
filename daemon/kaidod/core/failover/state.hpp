// The state of core/failover at a site.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "core/failover/choice.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/path.hpp"
#include "core/failover/plan_types.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

struct NetworkState {
  std::optional<std::size_t> path;    ///< in use
  std::optional<std::size_t> pinned;  ///< an admin asked for it
  std::optional<std::size_t> wanted;  ///< preferred, but it has to stay good until `wanted_at`
  Instant wanted_since;
  Instant wanted_at;
  PathChoice last;
  std::optional<PathFigures> withdrawn;  ///< the path in use is gone, and no other is chosen yet
  bool free_now = false;                 ///< an admin asked to choose freely, and now
  std::uint32_t switches = 0;            ///< since start, without the first choice
};

/// How far a hub has acknowledged our claims.
struct HubAcknowledgement {
  std::uint32_t generation = 0;  ///< in which our claim at this hub last changed
  Instant changed_at;
  bool old_path_dead = false;  ///< the path that the hub uses until it acknowledges is dead
  bool acknowledged = true;    ///< it applied the newest claim, or knows no claim of ours
  std::optional<Instant> outdated_since;  ///< its answers name an older claim since then
  bool ignoring = false;                  ///< they have done so for too long
};

/// What is left of one of plan.budgets.
struct ProbeBudget {
  double left = 0;  ///< bytes
  Instant at;
  bool spent = false;  ///< paths on this uplink are probed less often
};

struct FailoverState {
  FailoverPlan plan;
  std::vector<PathState> paths;        ///< one for each of plan.paths
  std::vector<NetworkState> networks;  ///< one for each of plan.networks
  std::uint64_t epoch = 0;             ///< of our claims
  std::uint32_t generation = 0;
  bool all_silent = false;               ///< every path looks dead: we suspect ourselves
  bool traffic = true;                   ///< something other than probes flows
  std::vector<HubAcknowledgement> hubs;  ///< by index into Model::hubs
  std::vector<ProbeBudget> budgets;      ///< one for each of plan.budgets
  Instant paced_until;                   ///< until then the pace of full-size probes is used up
  Instant next_review;
  Instant last_tick;
  bool dirty = true;  ///< choices have to be looked at again
  std::minstd_rand random{1};
};

}  // namespace kaido
