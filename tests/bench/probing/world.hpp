// A site and a hub, many wires between them, and kaido-reflector at the hub.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "adapters/stamp/prober.hpp"
#include "lines/namespace.hpp"

namespace kaido::bench {

inline constexpr std::uint16_t kPort = 8862;

/// Ends the program with a sentence when `holds` is false.
void require(bool holds, const std::string& what);

/// Owns the namespaces, the reflector's process, and a prober of the site. One thread.
class World {
 public:
  explicit World(std::size_t wires);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] const test::Namespace& site() const { return site_; }
  [[nodiscard]] const std::vector<ProbeTarget>& targets() const { return targets_; }
  PathProber& prober() { return *prober_; }
  std::uint32_t next_sequence() { return ++sequence_; }

 private:
  void make_wires(std::size_t count);
  void start_reflector();
  void await_answers();

  test::Namespace site_;
  test::Namespace hub_;
  pid_t reflector_ = -1;
  std::vector<ProbeTarget> targets_;
  std::unique_ptr<stamp_prober::Prober> prober_;
  std::uint32_t sequence_ = 0;
};

/// A line of JSON; false when `ratio` is over `limit`.
bool report(const char* bench, double ratio, double limit, const std::string& more);

/// 100 paths, each asked 20 times a second: a share of one core.
bool cost(World& world);
/// How wrong round trips are, against a probe that has only its own clock. `busy`: two loops for
/// every core beside it.
bool error(World& world, bool busy);

}  // namespace kaido::bench
