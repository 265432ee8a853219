// What the contract test of the path prober runs in: a port, two paths to a hub, and things to do
// to them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "ports/path_prober.hpp"

namespace kaido::test {

/// What the hub's reflector does with a probe.
enum class Hub : std::uint8_t {
  honest,
  deaf,          ///< the probe never arrives
  mute,          ///< the reply is sent, and lost
  other_device,  ///< answers by the other path: its routes are wrong
  // And on purpose:
  other_source,    ///< answers from the address of the other path
  other_port,      ///< answers from another port
  other_sequence,  ///< answers what was never asked
  twice,
};

class World {
 public:
  virtual ~World() = default;
  virtual PathProber& port() = 0;
  /// Runs the hub and receives into `replies` until `done` says so; false after 5 s, or when
  /// nothing more can happen.
  virtual bool run_until(std::vector<ProbeReply>& replies, const std::function<bool()>& done) = 0;

  /// Paths 0 and 1, by STAMP over IPv6; 2 goes by the device of 0, by ICMP over IPv4.
  virtual std::vector<ProbeTarget> targets() = 0;
  virtual void set_hub(Hub hub) = 0;
  /// The hub's kernel answers what came by path 0 by path 1.
  virtual void return_by_other() = 0;
  /// Of path 0, in its middle: what is larger is lost.
  virtual void set_middle_mtu(std::uint16_t mtu) = 0;
  /// Of path 0, its own device.
  virtual void set_device_mtu(std::uint16_t mtu) = 0;
  virtual void remove_device() = 0;  ///< of path 0 (and 2)
  virtual void make_device() = 0;
};

struct WorldKind {
  const char* name;
  std::string (*obstacle)();  ///< why it cannot run here, or ""
  std::unique_ptr<World> (*make)();
};

inline void PrintTo(const WorldKind& kind, std::ostream* out) { *out << kind.name; }

extern const WorldKind kFakeWorld;
extern const WorldKind kKernelWorld;   ///< a reflector of the test's own
extern const WorldKind kProgramWorld;  ///< kaido-reflector, which does not lie

}  // namespace kaido::test
