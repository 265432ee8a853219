// What Kaido tells charon: the messages of load-conn and the other commands. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ike.hpp"
#include "wire/vici/codec.hpp"

namespace kaido::vici {

/// The connection's settings, as swanctl.conf(5) names them.
[[nodiscard]] Section load_conn(const IkeConnection& connection);

struct Command {
  std::string name;
  Section message;
};

/// load-key, then load-cert for the own certificate and for each authority. What is empty is left
/// out, so a gateway without IPsec loads nothing.
[[nodiscard]] std::vector<Command> load_credentials(const IkeCredentials& credentials);

[[nodiscard]] Section unload_key(const std::string& id);
[[nodiscard]] Section initiate(const std::string& connection);
[[nodiscard]] Section rekey(std::uint32_t unique_id, const std::string& child);
[[nodiscard]] Section terminate(std::uint32_t unique_id);
[[nodiscard]] Section terminate(const std::string& connection);

}  // namespace kaido::vici
