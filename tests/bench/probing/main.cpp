// bench-probing: what probing costs, and how exact it is, against kaido-reflector over veth. A line
// of JSON for each figure; exit status 1 when one misses its limit. Needs root; all its devices are
// in network namespaces of its own.
#include <cstdio>
#include <exception>

#include "world.hpp"

int main() try {
  using namespace kaido::bench;
  World world(100);
  const bool cheap = cost(world);
  const bool exact = error(world, false);
  const bool exact_when_busy = error(world, true);
  return cheap && exact && exact_when_busy ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench-probing: %s\n", error.what());
  return 2;
}
