// What the contract test of the claim source runs in: a port, and a reflector to do things to.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "adapters/fake/claim_source.hpp"
#include "ports/claim_source.hpp"

namespace kaido::test {

class World {
 public:
  using Applied = fake::ClaimSource::Applied;
  virtual ~World() = default;
  virtual ClaimSource& port() = 0;
  /// Runs the port until `done` says so; false after 10 s, or when nothing more can happen.
  virtual bool run_until(const std::function<bool()>& done) = 0;

  /// The reflector runs from the beginning, with no site.
  virtual void stop_reflector() = 0;
  virtual void start_reflector() = 0;
  /// A new claim, come in by the loopback device.
  virtual void hear(reflector::Message claim) = 0;
  virtual void fall_silent(const reflector::SiteKey& site) = 0;
  /// What the reflector was told last to be in force of that site.
  virtual std::optional<Applied> applied(const reflector::SiteKey& site) = 0;
};

struct WorldKind {
  const char* name;
  std::string (*obstacle)();  ///< why it cannot run here, or ""
  std::unique_ptr<World> (*make)();
};

inline void PrintTo(const WorldKind& kind, std::ostream* out) { *out << kind.name; }

extern const WorldKind kFakeWorld;
extern const WorldKind kSocketWorld;   ///< the link, and a test's own end of its socket
extern const WorldKind kProgramWorld;  ///< the link, and kaido-reflector

}  // namespace kaido::test
