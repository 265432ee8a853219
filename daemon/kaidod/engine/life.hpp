// How far a gateway is.
#pragma once

#include <cstdint>

namespace kaido {

enum class Life : std::uint8_t {
  adopting,   ///< nothing is written yet: it is not known which tunnels are up
  running,    ///< what differs is written
  torn_down,  ///< everything was removed; until the next configuration
};

}  // namespace kaido
