// sim: random worlds from a seed, the real core in them, and what others would have done.
//
//   sim --seed N [--hours H] [--trace]   exactly one world
//   sim --worlds N [--hours H] [--first S]
//   sim --ci                             fixed seeds, and one at random (printed)
//   --alone                              without the other detectors
// Exit status 1: an invariant was violated, or a baseline was better.
#include <fmt/format.h>

#include <ctime>
#include <exception>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

#include "baselines.hpp"
#include "simulation.hpp"

namespace kaido::sim {
namespace {

struct Arguments {
  std::optional<std::uint64_t> seed;
  std::uint64_t worlds = 0;
  std::uint64_t first = 1;
  double hours = 4;
  bool ci = false;
  bool trace = false;
  bool alone = false;  ///< without the baselines
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto value = [&]() -> std::string { return i + 1 < argc ? argv[++i] : ""; };
    if (name == "--seed") {
      arguments.seed = std::stoull(value());
    } else if (name == "--worlds") {
      arguments.worlds = std::stoull(value());
    } else if (name == "--first") {
      arguments.first = std::stoull(value());
    } else if (name == "--hours") {
      arguments.hours = std::stod(value());
      if (arguments.hours < 2) {
        throw std::invalid_argument("--hours: expected 2 at least: the last 75 minutes are quiet");
      }
    } else if (name == "--ci") {
      arguments.ci = true;
    } else if (name == "--trace") {
      arguments.trace = true;
    } else if (name == "--alone") {
      arguments.alone = true;
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

class Report {
 public:
  explicit Report(const Arguments& arguments) : arguments_(arguments) {}

  void world(std::uint64_t seed) {
    const World world = random_world(seed, arguments_.hours);
    if (arguments_.trace) {
      for (const auto& fault : world.faults) {
        fmt::print("{}\n", describe(world, fault));
      }
    }
    const Network network(world);
    const auto began = std::clock();
    Simulation run(network, {.trace = arguments_.trace});
    run.run();
    spent_ += std::clock() - began;
    for (std::size_t i = 0; i < kInvariants; ++i) {
      checks_.at(i) += run.watch().checks().at(i);
    }
    for (const auto& violation : run.watch().violations()) {
      ++violated_.at(static_cast<std::size_t>(violation.invariant));
      fmt::print("VIOLATED at {:.3f} s: {}: {}\n", in_seconds(violation.at - world.start),
                 to_string(violation.invariant), violation.what);
    }
    if (!run.watch().violations().empty()) {
      fmt::print("  replay: sim --seed {} --hours {} --trace\n", seed, arguments_.hours);
    }
    add(0, run.figures());
    if (arguments_.alone) {
      return;
    }
    const auto others = run_baselines(network);
    for (std::size_t i = 0; i < others.size(); ++i) {
      add(i + 1, others[i]);
    }
  }

  [[nodiscard]] bool finish() const {
    const double minutes = static_cast<double>(spent_) / CLOCKS_PER_SEC / 60;
    fmt::print("\n{:<14} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8} {:>8}\n", "outage, s", "up", "down",
               "longest", "size", "poor line", "false", "switches");
    for (const auto& row : rows_) {
      fmt::print("{:<14} {:>8.2f} {:>8.2f} {:>8.2f} {:>8.1f} {:>9.0f} {:>8} {:>8}\n", row.name,
                 row.outage[kUp], row.outage[kDown], row.longest, row.size[kUp] + row.size[kDown],
                 row.quality[kUp] + row.quality[kDown], row.false_switches, row.switches);
    }
    fmt::print(
        "{:.0f} simulated hours of kaido, {:.0f} a minute of one core; {:.0f} probes a second\n\n",
        rows_[0].hours, rows_[0].hours / minutes,
        static_cast<double>(rows_[0].probes) / rows_[0].hours / 3600);
    std::size_t passed = 0;
    std::size_t failed = 0;
    const auto say = [&](bool good, const std::string& what) {
      fmt::print("{} {}\n", good ? "ok    " : "FAILED", what);
      ++(good ? passed : failed);
    };
    for (std::size_t i = 0; i < kInvariants; ++i) {
      say(violated_.at(i) == 0,
          fmt::format("{} ({} checks)", to_string(static_cast<Invariant>(i)), checks_.at(i)));
    }
    const auto& kaido = rows_[0];
    for (std::size_t i = 1; i + 1 < rows_.size(); ++i) {  // the last is the unavoidable
      const auto& other = rows_[i];
      say(other.total_outage() >= kaido.total_outage() ||
              other.false_switches > kaido.false_switches,
          fmt::format("no less outage at equal or fewer false switches: {}", other.name));
    }
    if (arguments_.ci) {
      say(rows_[0].hours >= 100 * minutes, "100 simulated hours a minute of one core at least");
    }
    fmt::print("{} passed, {} failed\n", passed, failed);
    return failed == 0;
  }

 private:
  void add(std::size_t row, const Figures& figures) {
    if (rows_.size() <= row) {
      rows_.resize(row + 1);
    }
    rows_[row] += figures;
    rows_[row].name = figures.name;
  }
  Arguments arguments_;
  std::vector<Figures> rows_;
  std::array<std::uint64_t, kInvariants> checks_{};
  std::array<std::uint64_t, kInvariants> violated_{};
  std::clock_t spent_ = 0;  ///< of the processor, on kaido
};

int run(Arguments arguments) {
  if (arguments.ci) {
    arguments.first = 1;
    arguments.worlds = 20;
  }
  Report report(arguments);
  if (arguments.seed) {
    report.world(*arguments.seed);
    return report.finish() ? 0 : 1;
  }
  for (std::uint64_t i = 0; i < arguments.worlds; ++i) {
    report.world(arguments.first + i);
  }
  if (arguments.ci) {
    const auto seed = std::random_device{}();
    fmt::print("seed at random: {}\n", seed);
    report.world(seed);
  }
  return report.finish() ? 0 : 1;
}

}  // namespace
}  // namespace kaido::sim

int main(int argc, char** argv) {
  try {
    const auto arguments = kaido::sim::parse(argc, argv);
    if (arguments && (arguments->seed || arguments->worlds > 0 || arguments->ci)) {
      return kaido::sim::run(*arguments);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "sim: {}\n", error.what());
  }
  fmt::print(stderr,
             "sim --seed N | --worlds N [--first S] | --ci  [--hours H] [--trace] [--alone]\n");
  return 2;
}
