// The tunnels of the gateway.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/report.hpp"
#include "engine/control/done.hpp"

namespace kaido {

class TunnelControl {
 public:
  virtual ~TunnelControl() = default;

  /// As of a moment ago, if there are many; valid until the next call of any control.
  virtual const std::vector<TunnelReport>& tunnels() = 0;

  /// A tunnel's name, or a prefix of names that ends before '/', ':' ("tokyo", "tokyo/a"): all
  /// of those. Enabled or disabled until it is said otherwise, also across restarts. What uses a
  /// tunnel that is to go moves first, if it can; then this takes a second. not_found.
  virtual void set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) = 0;
};

}  // namespace kaido
