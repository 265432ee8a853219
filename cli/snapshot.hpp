// The gateway at one moment: what `kaido status` draws.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "client.hpp"
#include "core/report.hpp"

namespace kaido::cli {

struct Snapshot {
  StatusReport status;
  std::vector<UplinkReport> uplinks;
  std::vector<NetworkReport> networks;
  std::vector<TunnelReport> tunnels;
  std::vector<PathReport> paths;

  /// No condition of severity error holds.
  [[nodiscard]] bool works() const;
};

/// {"works": …, "status": {…}, "uplinks": […], "networks": […], "tunnels": […],
/// "paths": […]}: the schema of `kaido status --json`.
[[nodiscard]] Outcome<boost::json::object> fetch_snapshot(Client& client);
[[nodiscard]] Snapshot decode_snapshot(const boost::json::object& from);

}  // namespace kaido::cli
