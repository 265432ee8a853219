#include "core/desired/ike.hpp"

#include <algorithm>

#include "core/tunnels/connections.hpp"

namespace kaido {

IkeDesired desired_ike(const Board& board) {
  IkeDesired desired;
  desired.credentials = {board.identities.certificates, board.identities.private_key_pem};
  for (const auto& tunnel : board.tunnels) {
    if (tunnel.transport != Transport::ikev2) continue;
    if (!tunnel.listens) {
      if (auto connection = site_connection(board, tunnel))
        desired.connections.push_back(std::move(*connection));
    } else if (!std::holds_alternative<state::Disabled>(tunnel.state)) {
      desired.connections.push_back(hub_connection(board, tunnel));
    }
  }
  std::ranges::sort(desired.connections, {}, &IkeConnection::name);
  return desired;
}

}  // namespace kaido
