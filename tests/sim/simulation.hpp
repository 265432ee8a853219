// One run of the real core, at both ends, through a world.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "backbone.hpp"
#include "core/failover/failover.hpp"
#include "hub.hpp"
#include "invariants.hpp"
#include "queue.hpp"
#include "traffic.hpp"

namespace kaido::sim {

struct RunOptions {
  bool trace = false;  ///< print every choice and outage
  bool watch = true;   ///< check the invariants
};

/// Owns the site's state, the hubs and the routers. One thread; virtual time only.
class Simulation {
 public:
  Simulation(const Network& network, RunOptions options = {});
  void run();
  void run_until(Instant until);

  [[nodiscard]] const FailoverState& site() const { return state_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] const Figures& figures() const { return figures_; }
  [[nodiscard]] std::uint64_t repairs() const { return repairs_; }
  [[nodiscard]] const Watch& watch() const { return watch_; }
  [[nodiscard]] const Traffic& traffic() const { return traffic_; }
  struct Switch {
    PathChoice choice;
    bool is_false = false;
  };
  /// Of the first network, its first choice and adoptions left out.
  [[nodiscard]] const std::vector<Switch>& switches() const { return switches_; }
  /// Every trouble that was named for a path, as it was named.
  struct Named {
    std::size_t path = 0;
    Trouble trouble = Trouble::none;
    Instant at;
  };
  [[nodiscard]] const std::vector<Named>& named() const { return named_; }
  /// For tests: an event of their own.
  void hand(const FailoverEvent& event);

 private:
  enum class What : std::uint8_t {
    fault_begins,
    fault_ends,
    usable,
    hub_arrival,
    site_arrival,
    claim_told,
    silence_told,
    silence_check,
    hub_tick,
    hub_expects,
    routing,
    site_start,
    look
  };
  struct Packet {
    std::size_t path = 0;
    std::uint32_t sequence = 0;
    std::uint16_t size = 0;
    bool echo = false;
    bool ask_all = false;
    stamp::Claim claim;
    Instant sent;
    Instant at_hub;
    Duration turnaround{};
    Instant arrived;
    std::uint32_t reflector_sequence = 0;
    std::uint64_t applied_epoch = 0;
    std::uint32_t applied_generation = 0;
    std::size_t heard_count = 0;
    std::array<stamp::PathHeard, kMostPaths> heard;
    std::uint64_t jumps = 0;  ///< of the site's clock before it was sent
    Duration jump{};          ///< of the hub's clock, between its two stamps
  };

  void start_site();
  void handle(const Queue<What>::Event& event);
  void step_site(const FailoverEvent& event);
  void act(const FailoverAction& action);
  void send(const SendProbe& probe);
  void use(const PathChosen& chosen);
  void path_changed(std::size_t path);
  void count_received();
  void at_hub(std::uint32_t packet);
  void reflect(std::uint32_t packet, std::size_t hub);
  void answer(std::uint32_t packet, Instant at);
  void at_site(std::uint32_t packet);
  void tell_of_claim(std::uint32_t hub);
  void check_silence(std::uint32_t hub);
  void hub_changed(std::size_t hub);
  void publish(const Backbone::NewsList& news);
  void route_down();
  [[nodiscard]] std::optional<std::size_t> claimed(std::size_t hub) const;
  [[nodiscard]] Return route_at(std::size_t hub) const;
  void begin(const Fault& fault);
  void end(const Fault& fault);
  [[nodiscard]] std::uint32_t allocate();

  const World& world_;
  View view_;
  RunOptions options_;
  Instant now_;
  Queue<What> queue_;
  std::vector<Packet> packets_;
  std::vector<std::uint32_t> free_;
  FailoverState state_;
  FailoverActions actions_;
  FailoverEvent reply_{ProbeReply{}};
  std::vector<bool> usable_;
  std::vector<Instant> usable_since_;  ///< or unusable since
  std::vector<std::uint64_t> received_;
  Instant received_at_;
  std::vector<std::optional<std::size_t>> in_use_;  ///< what the kernel was told, by network
  bool site_runs_ = false;
  bool starting_ = false;
  std::uint64_t repairs_ = 0;
  Instant stalled_until_;
  std::uint64_t epoch_ = 1'000'000;
  std::uint64_t clock_jumps_ = 0;
  Duration clock_jump_{};
  std::array<Duration, kHubs> hub_jump_{};
  bool flows_ = true;
  std::vector<SimHub> hubs_;
  std::array<bool, kHubs> silence_pending_{};
  Backbone backbone_;
  Traffic traffic_;
  Watch watch_;
  Figures figures_;
  std::vector<Switch> switches_;
  std::vector<Named> named_;
  std::vector<Trouble> troubles_;
};

}  // namespace kaido::sim
