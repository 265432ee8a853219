// A trouble by itself, in a world where nothing else happens.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <vector>

#include "simulation.hpp"

namespace kaido::sim {

/// A still world of an hour; times are seconds from its start, and nothing may happen before the
/// tenth.
struct Case {
  explicit Case(double hours = 1) : world(still_world(1, hours)) {}

  Fault& trouble(Kind kind, double from, double to, std::uint32_t paths = 0) {
    Fault fault;
    fault.kind = kind;
    fault.from = world.start + seconds(from);
    fault.to = world.start + seconds(to);
    fault.paths = paths;
    fault.loss = of_network(kind) ? 1 : 0;
    fault.episode = ++world.episodes;
    faults.push_back(fault);
    return faults.back();
  }
  [[nodiscard]] std::uint32_t uplink(std::size_t number) const {
    return world.mask([&](const PathSpec& spec) { return spec.uplink == number; });
  }
  [[nodiscard]] std::uint32_t hub(std::size_t number) const {
    return world.mask([&](const PathSpec& spec) { return spec.hub == number; });
  }
  [[nodiscard]] std::uint32_t transport(Transport transport) const {
    return world.mask([&](const PathSpec& spec) { return spec.transport == transport; });
  }
  Simulation& run() {
    Random random(7);
    faults.reserve(64);
    for (const auto& fault : faults) {
      add(world, fault, random);
    }
    network.emplace(world);
    simulation.emplace(*network, RunOptions{.trace = std::getenv("TRACE") != nullptr});
    simulation->run();
    for (const auto& violation : simulation->watch().violations()) {
      ADD_FAILURE() << to_string(violation.invariant) << ": " << violation.what;
    }
    const auto& figures = simulation->figures();
    fmt_figures(figures);
    return *simulation;
  }
  /// What was in use at the end.
  [[nodiscard]] const PathSpec& used() const {
    return world.paths.at(simulation->site().networks[0].path.value()).spec;
  }
  [[nodiscard]] bool named(Trouble trouble) const {
    const auto& list = simulation->named();
    return std::any_of(list.begin(), list.end(),
                       [&](const Simulation::Named& n) { return n.trouble == trouble; });
  }

  World world;
  std::vector<Fault> faults;
  std::optional<Network> network;
  std::optional<Simulation> simulation;

 private:
  // The first choice is made within the first 250 ms; it is no outage of the trouble's.
  void fmt_figures(const Figures& figures) {
    up = figures.outage[kUp];
    down = figures.outage[kDown];
    std::printf("  outage %.0f ms up, %.0f ms down; %llu switches\n", up * 1000, down * 1000,
                static_cast<unsigned long long>(figures.switches));
  }

 public:
  double up = 0;
  double down = 0;
};

// detector's silence + one round trip + 50 ms (SCENARIOS: the bound), and what a start costs.
inline constexpr double kStart = 0.25;
inline constexpr double kNear = 0.150 + 0.005 + 0.050;

inline double start_cost(std::size_t direction) {
  static const auto cost = [] {
    Case still;
    still.run();
    return std::array{still.up, still.down};
  }();
  return cost.at(direction);
}

}  // namespace kaido::sim
