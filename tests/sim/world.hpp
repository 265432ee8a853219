// A world: a site with two uplinks, the hubs tokyo, shanghai and hongkong, the paths between them,
// and every trouble that will happen, fixed before anybody sends a packet. What a packet meets
// depends on the world and on the time at which it is sent, on nothing else: so every detector that
// is compared meets the same network, bit for bit.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/failover/plan_types.hpp"
#include "random.hpp"

namespace kaido::sim {

inline constexpr std::size_t kHubs = 3;
inline constexpr std::array<const char*, kHubs> kHubNames{"tokyo", "shanghai", "hongkong"};
inline constexpr std::size_t kUp = 0;    ///< from the site to the hub
inline constexpr std::size_t kDown = 1;  ///< from the hub to the site
inline constexpr std::uint16_t kFullSize = 1420;
inline constexpr std::uint16_t kSmallSize = 160;  ///< bytes of the least probe

[[nodiscard]] constexpr Duration seconds(double s) {
  return Duration(static_cast<std::int64_t>(s * 1e9));
}
[[nodiscard]] constexpr double in_seconds(Duration d) {
  return static_cast<double>(d.count()) / 1e9;
}

enum class Kind : std::uint8_t {
  // of the network
  cut,         ///< a link drops everything
  protocol,    ///< ikev2 or wireguard is dropped
  one_way,     ///< one direction of a link dies
  tunnel,      ///< the data of one tunnel dies, its IKE goes on
  size_hole,   ///< packets over `size` bytes vanish
  evening,     ///< bursty loss and delay, within minutes coming and going
  noise,       ///< more loss than usual, within the SLA
  blip,        ///< everything is lost for some tens of milliseconds
  detour,      ///< more delay than usual, within the SLA
  hub_reboot,  ///< and its state is lost
  link_down,   ///< of an uplink, and the kernel says so
  // of the hubs among themselves
  partition,  ///< two hubs lose each other
  // of the machines
  site_stall,      ///< our process gets no CPU
  hub_stall,       ///< the hub's processes get none, its kernel goes on
  reflector_gone,  ///< the reflector is away for a while, its sessions are lost
  site_restart,    ///< of kaidod: state lost except what it adopts
  hub_restart,
  clock_jump,  ///< of the site's or the hub's wall clock
  idle,        ///< no user traffic
};
[[nodiscard]] const char* to_string(Kind kind);
/// Does it trouble packets?
[[nodiscard]] constexpr bool of_network(Kind kind) { return kind <= Kind::link_down; }

struct Fault {
  Kind kind = Kind::cut;
  Instant from;
  Instant to;
  std::uint32_t paths = 0;  ///< a bit for each
  std::array<bool, 2> direction{true, true};
  double loss = 0;       ///< independent; where there is a chain: in its bad state
  double bad_share = 0;  ///< of the time in the chain's bad state; 0: no chain
  double burst = 0.08;   ///< seconds, the mean of a burst
  Duration delay{};      ///< more, one way
  std::uint16_t size = 0;
  std::uint32_t hub = 0;      ///< kHubs: the site
  std::uint32_t other = 0;    ///< the second hub of a partition
  std::uint32_t episode = 0;  ///< troubles that people would call one
};

/// When the tunnel below a path comes or goes, and the kernel or charon says so.
struct UsableChange {
  Instant at;
  std::uint32_t path = 0;
  bool usable = false;
};

/// Instants at which a link turns bad, good, bad …: bursts.
struct Chain {
  std::vector<Instant> turns;
};

struct SimPath {
  PathSpec spec;
  std::array<Duration, 2> delay{};   ///< one way
  std::array<Duration, 2> jitter{};  ///< mean
  double loss = 0;                   ///< independent, always there
  std::uint32_t chain = 0;           ///< of its line's rare short bursts
};

struct World {
  std::uint64_t seed = 0;
  Instant start = Instant(seconds(1000));
  Instant end;
  Instant calm;  ///< from here to the end nothing happens
  std::vector<SimPath> paths;
  std::vector<Fault> faults;
  std::vector<UsableChange> usable;
  std::vector<UplinkBudget> budgets;
  std::vector<Chain> chains;
  std::array<bool, kHubs> near{};                         ///< five milliseconds away
  Duration convergence = std::chrono::milliseconds(120);  ///< of routing between hubs and core
  std::uint32_t episodes = 0;

  [[nodiscard]] double hours() const { return in_seconds(end - start) / 3600; }
  [[nodiscard]] std::uint32_t all_paths() const { return (1U << paths.size()) - 1U; }
  template <typename Predicate>
  [[nodiscard]] std::uint32_t mask(Predicate which) const {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (which(paths[i].spec)) {
        bits |= 1U << i;
      }
    }
    return bits;
  }
};

/// Paths and nothing else: twelve, or more where `random` says so; `hours` long.
[[nodiscard]] World still_world(std::uint64_t seed, double hours);
/// With background loss and troubles of every kind; the last `kQuiet` of it is quiet.
inline constexpr auto kQuiet = std::chrono::minutes(75);
[[nodiscard]] World random_world(std::uint64_t seed, double hours);
/// Adds a trouble, with what follows from it (tunnels that come back late).
void add(World& world, Fault fault, Random& random);
/// What a site of this world is configured with.
[[nodiscard]] FailoverPlan plan_of(const World& world);
[[nodiscard]] std::string describe(const World& world, const Fault& fault);

}  // namespace kaido::sim
