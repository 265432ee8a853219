// State as people want to read it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/board.hpp"
#include "core/desired/network_routes.hpp"
#include "core/ike.hpp"
#include "core/report.hpp"
#include "core/wireguard.hpp"

namespace kaido {

/// Counters and addresses that only charon and the kernel know: by connection, by device and key.
struct Figures {
  std::map<std::string, IkeSa> sas;
  std::map<std::pair<std::string, WireGuardKey>, ObservedWireGuardPeer> peers;
};

[[nodiscard]] TunnelReport report_tunnel(const Board& board, std::size_t index,
                                         const Figures& figures, Instant now);
/// used_for of all tunnels; computed once for a list.
[[nodiscard]] std::map<std::size_t, std::vector<std::string>> uses(const Board& board);
[[nodiscard]] std::vector<UplinkReport> report_uplinks(const Board& board);
[[nodiscard]] std::vector<NetworkReport> report_networks(const Board& board);
[[nodiscard]] NetworkReport report_network(const Board& board, const NetworkRoute& route);

}  // namespace kaido
