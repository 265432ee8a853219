// Paths: what was measured on each, which one every network uses, and why. Pure, and light enough
// for a simulator: (state, event, now) -> (state, actions), nothing allocated for a probe or its
// reply.
//
// A site runs this. It asks for probes (SendProbe), is told of replies, and decides (Use). What the
// two ends do about a decision is elsewhere: the nexthop in core/desired/kernel.cpp, the hub's
// return route in core/failover/claims.hpp. The rules and what was tried are in README.md beside
// this file.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "core/failover/path.hpp"
#include "core/model.hpp"
#include "core/tunnels/tunnel.hpp"
#include "kaido/stamp.hpp"

namespace kaido {

enum class Measure : std::uint8_t {
  stamp,  ///< a Kaido hub, or any STAMP reflector
  echo,   ///< ICMP only: directions are not told apart
  none,   ///< nothing to ask: the tunnel's word counts
};

/// One path; it has the index of its tunnel in Board::tunnels.
struct PathSpec {
  std::string name;  ///< the tunnel's
  std::uint8_t slot = 0;
  Transport transport = Transport::ikev2;
  std::size_t hub = 0;       ///< index into Model::hubs
  std::size_t endpoint = 0;  ///< of that hub
  std::size_t uplink = 0;
  std::uint16_t hub_number = 0;
  Measure measure = Measure::stamp;
  bool sealed = false;   ///< its claims are: probes are longer by that
  double handicap = -1;  ///< cost of its transport; negative: 0 for ikev2, 15 for wireguard
  std::uint16_t full_size = 1420;  ///< bytes an inner packet may have by the tunnel's MTU
  std::uint16_t overhead = 60;     ///< bytes that the tunnel adds to it
  std::uint16_t least = 512;       ///< bytes that are taken to pass, whatever a search says
  /// It takes so many to fill the smallest fragment outside that there is (of IPv6: 1280).
  std::uint16_t least_fragment = 512;
  friend bool operator==(const PathSpec&, const PathSpec&) = default;
};

/// What a network asks of a path (its SLA).
struct Sla {
  double loss = 0.02;                               ///< a share, 0 to 1, in each direction
  Duration delay = std::chrono::milliseconds(400);  ///< round trip
  std::uint16_t size = 1280;                        ///< bytes of an inner packet
  friend bool operator==(const Sla&, const Sla&) = default;
};

/// A set of prefixes that moves as one; candidates in order of preference.
struct NetworkSpec {
  std::string name;
  std::vector<std::size_t> hubs;   ///< indices into Model::hubs, in order
  std::vector<std::size_t> paths;  ///< every path to one of `hubs`, by hub, slot, transport
  bool implicit = false;           ///< the addresses of a hub itself: carries no site prefix
  Sla sla;
  friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

/// What each transport costs more than the one that the hub names before it: beyond the margin of
/// the choice, so that the first is used wherever it is about as good.
inline constexpr double kTransportCost = 15.0;

struct ProbeRates {
  Duration fast =
      std::chrono::milliseconds(50);  ///< the path in use and two standbys; 10 ms to 1 s
  Duration idle = std::chrono::milliseconds(1250);  ///< those, while no traffic flows
  Duration slow = std::chrono::seconds(5);  ///< all others; silent ones after a minute of it
  friend bool operator==(const ProbeRates&, const ProbeRates&) = default;
};

/// What probing may cost on an uplink that is paid by volume.
struct UplinkBudget {
  std::string uplink;
  double rate = 0;  ///< bytes a second, over the month; 0: any
  friend bool operator==(const UplinkBudget&, const UplinkBudget&) = default;
};

struct FailoverPlan {
  std::vector<PathSpec> paths;
  std::vector<NetworkSpec> networks;
  ProbeRates rates;
  std::vector<UplinkBudget> budgets;  ///< one for each uplink
  friend bool operator==(const FailoverPlan&, const FailoverPlan&) = default;
};

/// Why a network went where it is.
enum class ChoiceRule : std::uint8_t {
  first,       ///< nothing was in use before
  adopted,     ///< a kaidod before this one had chosen it
  path_down,   ///< the one in use died
  out_of_sla,  ///< the one in use is outside the network's limits, this one inside
  better,      ///< cheaper beyond the margin for long enough
  preferred,   ///< fail-back to the preferred one, which has stayed good
  requested,   ///< an admin's word
  withdrawn,   ///< the one in use has been taken away, or will be in a moment
  none_left,   ///< no tunnel is up at all
};
[[nodiscard]] const char* to_string(ChoiceRule rule);

/// What was known of a path at some moment.
struct PathFigures {
  std::string name;
  Health health = Health::unusable;
  bool measured = false;  ///< else nothing is known but `health`
  Duration silence{};     ///< since an answer was due, while suspect or down
  Duration limit{};       ///< silence that makes it dead
  Duration round_trip{};  ///< smoothed
  double loss = 0;        ///< a share of the last minute
  std::uint16_t size = 0;
  double cost = 0;
};

struct Decision {
  ChoiceRule rule = ChoiceRule::first;
  std::optional<std::size_t> from = std::nullopt;  ///< path before
  std::optional<std::size_t> to = std::nullopt;
  Trouble trouble = Trouble::none;  ///< of `from`
  Instant at;
  std::optional<PathFigures> before = std::nullopt;  ///< those of `from` and `to`, at that moment
  std::optional<PathFigures> after = std::nullopt;
};

struct NetworkState {
  std::optional<std::size_t> path;    ///< in use
  std::optional<std::size_t> pinned;  ///< by an admin
  std::optional<std::size_t> wanted;  ///< preferred, but it has to stay good until `wanted_at`
  Instant wanted_since;
  Instant wanted_at;
  Decision last;
  std::optional<PathFigures> withdrawn;  ///< what was in use is gone, and nothing is chosen yet
  bool free_now = false;                 ///< an admin said: choose freely, and now
  std::uint32_t switches = 0;            ///< since start, the first choice not counted
};

/// What a hub says of our claims.
struct HubWord {
  std::uint32_t generation = 0;  ///< in which what we tell this hub last changed
  Instant changed_at;
  bool from_dead = false;          ///< what it follows until it has heard of that is dead
  bool follows = true;             ///< it has heard of it, or knows nothing of us
  std::optional<Instant> told_at;  ///< since then its answers say that it follows an older one
  bool ignoring = false;           ///< for longer than that may take
};

/// Of one of plan.budgets.
struct ProbeBudget {
  double left = 0;  ///< bytes
  Instant at;
  bool spent = false;  ///< so that less is asked
};

struct FailoverState {
  FailoverPlan plan;
  std::vector<PathState> paths;        ///< one for each of plan.paths
  std::vector<NetworkState> networks;  ///< one for each of plan.networks
  std::uint64_t epoch = 0;             ///< of our claims
  std::uint32_t generation = 0;
  bool all_silent = false;           ///< every path looks dead: we suspect ourselves
  bool traffic = true;               ///< something but probes flows
  std::vector<HubWord> hubs;         ///< by index into Model::hubs
  std::vector<ProbeBudget> budgets;  ///< one for each of plan.budgets
  Instant paced_until;               ///< what full-size probes have used of their pace
  Instant next_review;
  Instant last_tick;
  bool dirty = true;  ///< choices have to be looked at again
  std::minstd_rand random{1};
};

// ---- events
/// A plan came into force; what is known of paths with the same name is kept. `adopted`: the path
/// that the kernel uses for a network now, by the network's name; taken for networks without one.
struct PlanChanged {
  FailoverPlan plan;
  std::map<std::string, std::size_t> adopted;
};
/// These paths will go in a moment (a plan without them, an admin who takes their tunnels down):
/// who uses them moves while they still work.
struct PathsLeave {
  std::vector<std::size_t> paths;
};
/// The tunnel below a path came up or went (link down, SA gone, taken down by the admin).
struct PathUsable {
  std::size_t path = 0;
  bool usable = false;
};
/// An answer; `at` is when it arrived, by the kernel's clock.
struct ProbeReply {
  std::size_t path = 0;
  std::uint32_t sequence = 0;  ///< of the probe
  bool echo = false;           ///< from the hub's kernel, not from the reflector
  Duration round_trip{};       ///< the reflector's turnaround taken out
  Instant at;
  std::uint16_t size = 0;                ///< of the whole inner packet, bytes
  std::uint32_t reflector_sequence = 0;  ///< replies the reflector has sent in this session
  bool kaido = false;                    ///< the next two were said
  std::uint64_t applied_epoch = 0;
  std::uint32_t applied_generation = 0;
  std::vector<stamp::PathHeard> heard;  ///< what the hub heard from our other paths
};
/// Packets received by a path's device so far; answers ReadCounters.
struct CountersRead {
  std::size_t path = 0;
  std::uint64_t received = 0;
};
/// Traffic other than probes flows, or has stopped.
struct TrafficSeen {
  bool flows = true;
};
/// An admin's word: use this path; nullopt: choose freely, and now.
struct SwitchRequested {
  std::size_t network = 0;
  std::optional<std::size_t> path;
};
struct ProbeTick {};
using FailoverEvent = std::variant<PlanChanged, PathsLeave, PathUsable, ProbeReply, CountersRead,
                                   TrafficSeen, SwitchRequested, ProbeTick>;

// ---- actions
struct SendProbe {
  std::size_t path = 0;
  std::uint32_t sequence = 0;
  std::uint16_t size = 0;  ///< of the whole inner packet; 0: the least
  bool echo = false;
  bool ask_all = false;  ///< room in the reply for all paths of this hub
};
/// The network goes by this path from now on (nullopt: by none).
struct Use {
  std::size_t network = 0;
  Decision decision;
};
/// Health or trouble of a path has changed.
struct PathChanged {
  std::size_t path = 0;
};
/// Answer with CountersRead, now.
struct ReadCounters {
  std::size_t path = 0;
};
/// The tunnel says "up" but carries nothing, and traffic is elsewhere: rekey at the first attempt,
/// re-establish at the next ones.
struct RepairTunnel {
  std::size_t path = 0;
  std::uint32_t attempt = 0;  ///< from 1
};
/// Clamp and outer routes have to follow PathState::size and in_fragments().
struct SizeChanged {
  std::size_t path = 0;
};
/// The budget of an uplink is spent, or there is one again.
struct BudgetChanged {
  std::size_t uplink = 0;
};
using FailoverAction = std::variant<SendProbe, Use, PathChanged, ReadCounters, RepairTunnel,
                                    SizeChanged, BudgetChanged>;
using FailoverActions = std::vector<FailoverAction>;

/// Appends to `actions`. Never throws; an event for a path that is not there is ignored.
void step(FailoverState& state, const FailoverEvent& event, Instant now, FailoverActions& actions);

/// When the next ProbeTick is due. Replies that wait must be handed in before it: a tick that comes
/// late judges by what was answered, not by what was read.
[[nodiscard]] std::optional<Instant> next_deadline(const FailoverState& state);

/// What is not urgent waits for the next beat, and is done there at once: an idle gateway wakes for
/// little else.
inline constexpr auto kBeat = std::chrono::milliseconds(1250);
/// The next beat from `at` on whose number, modulo `every`, is `which`.
[[nodiscard]] Instant beat(Instant at, std::size_t every = 1, std::size_t which = 0);

/// Nothing is under suspicion: answers need not be read before the next ProbeTick.
[[nodiscard]] bool answers_may_wait(const FailoverState& state);

/// What to tell the hub of this path, on every probe.
[[nodiscard]] stamp::Claim claim_for(const FailoverState& state, std::size_t path);

/// Lower is better: round trip in ms, plus what the transport costs, plus 10 for each percent lost.
[[nodiscard]] double cost(const FailoverState& state, std::size_t path, Instant now);
[[nodiscard]] bool within(const FailoverState& state, std::size_t path, const Sla& sla,
                          Instant now);

/// What is larger than the path's size goes in fragments of the outer packet, now.
[[nodiscard]] bool in_fragments(const FailoverState& state, std::size_t path);

/// Bytes outside of one probe and its answer; `size` of the inner packet, 0: the least.
[[nodiscard]] double probe_bytes(const PathSpec& spec, std::uint16_t size);

/// How often a path is asked now, and how often for its size.
[[nodiscard]] Duration probing_interval(const FailoverState& state, std::size_t path);
[[nodiscard]] Duration size_probing_interval(const FailoverState& state, std::size_t path);

[[nodiscard]] PathFigures figures(const FailoverState& state, std::size_t path, Instant now);

/// What would change the choice of a network.
struct Outlook {
  std::string used;  ///< the path; empty: none yet, the first that is proved will be
  bool pinned = false;
  std::string next;  ///< will be used when it has stayed good for `wait`; empty: none
  std::chrono::seconds wait{};
  bool measured = false;  ///< else `used` is left when its tunnel goes
  Duration limit{};       ///< silence after which `used` is left
  double margin = 0;      ///< what another has to be cheaper by
};
[[nodiscard]] Outlook outlook(const FailoverState& state, std::size_t network, Instant now);

}  // namespace kaido
