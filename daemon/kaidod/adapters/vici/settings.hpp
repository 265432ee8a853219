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

/// load-pool for each of those that load_conn() names: of one address each, which nobody else gets.
/// Two for each address, since it is given again while an SA that has it still ends.
[[nodiscard]] std::vector<Command> load_pools(const IkeConnection& connection);
/// Their names, and whose connection one is; a pool's own name where it is no connection's.
[[nodiscard]] std::vector<std::string> pools_of(const IkeConnection& connection);
[[nodiscard]] std::string_view connection_of(std::string_view pool);

/// load-key, then load-cert for the own certificate, for each authority and each revocation list,
/// which takes effect by flush-certs. What is empty is left out, so a gateway without IPsec loads
/// nothing.
[[nodiscard]] std::vector<Command> load_credentials(const IkeCredentials& credentials);

[[nodiscard]] Section unload_key(const std::string& id);
[[nodiscard]] Section initiate(const std::string& connection);
[[nodiscard]] Section rekey(std::uint32_t unique_id, const std::string& child);
[[nodiscard]] Section terminate(std::uint32_t unique_id);
[[nodiscard]] Section terminate(const std::string& connection);
/// The same, without waiting: the peer is told once, and its SAs are gone with the answer.
[[nodiscard]] Section terminate_now(const std::string& connection);
[[nodiscard]] Section unload_pool(const std::string& pool);

}  // namespace kaido::vici
