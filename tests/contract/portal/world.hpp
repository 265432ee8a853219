// What the contract test of the portal runs in: a port, and a portal to do things to.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <vector>

#include "ports/portal.hpp"

namespace kaido::test {

class World {
 public:
  virtual ~World() = default;
  virtual Portal& port() = 0;
  /// Runs the port until `done` says so; false after 10 s, or when nothing more can happen.
  virtual bool run_until(const std::function<bool()>& done) = 0;

  /// The portal runs from the beginning, and forgets when it stops.
  virtual void stop_portal() = 0;
  virtual void start_portal() = 0;
  virtual void ask(const portal::Packet& packet) = 0;
  virtual const std::vector<portal::Packet>& answers() = 0;
};

struct WorldKind {
  const char* name;
  std::unique_ptr<World> (*make)();
};

inline void PrintTo(const WorldKind& kind, std::ostream* out) { *out << kind.name; }

extern const WorldKind kFakeWorld;
extern const WorldKind kSocketWorld;  ///< the link, and a test's own end of its socket

}  // namespace kaido::test
