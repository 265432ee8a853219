#include "snapshot.hpp"

#include <algorithm>

#include "decode.hpp"

namespace kaido::cli {

bool Snapshot::works() const {
  return std::ranges::none_of(status.conditions, [](const ConditionReport& condition) {
    return condition.error.severity() == Severity::error;
  });
}

Outcome<json::object> fetch_snapshot(Client& client) {
  json::object all;
  auto status = client.status();
  if (!status) return std::unexpected(status.error());
  auto uplinks = client.uplinks();
  if (!uplinks) return std::unexpected(uplinks.error());
  auto networks = client.networks();
  if (!networks) return std::unexpected(networks.error());
  auto tunnels = client.tunnels();
  if (!tunnels) return std::unexpected(tunnels.error());
  auto paths = client.paths();
  if (!paths) return std::unexpected(paths.error());
  Snapshot snapshot;
  decode(*status, snapshot.status);
  all["works"] = snapshot.works();
  all["status"] = std::move(*status);
  all["uplinks"] = std::move(*uplinks);
  all["networks"] = std::move(*networks);
  all["tunnels"] = std::move(*tunnels);
  all["paths"] = std::move(*paths);
  return all;
}

Snapshot decode_snapshot(const json::object& from) {
  Snapshot snapshot;
  if (const auto* status = from.if_contains("status"); status && status->is_object())
    decode(status->get_object(), snapshot.status);
  const auto list = [&]<typename Report>(const char* key, std::vector<Report>& to) {
    const auto* value = from.if_contains(key);
    if (value && value->is_array()) to = decode_list<Report>(value->get_array());
  };
  list("uplinks", snapshot.uplinks);
  list("networks", snapshot.networks);
  list("tunnels", snapshot.tunnels);
  list("paths", snapshot.paths);
  return snapshot;
}

}  // namespace kaido::cli
