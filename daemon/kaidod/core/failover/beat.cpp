#include "core/failover/beat.hpp"

#include <cstdint>

namespace kaido {

Instant beat(Instant at, std::size_t every, std::size_t which) {
  const auto since = at.time_since_epoch();
  const auto number = (since + kBeat - Duration(1)) / kBeat;
  const auto period = static_cast<std::int64_t>(every);
  const auto wait = (static_cast<std::int64_t>(which) - number) % period;
  return Instant(kBeat * (number + (wait < 0 ? wait + period : wait)));
}

}  // namespace kaido
