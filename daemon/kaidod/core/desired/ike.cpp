#include "core/desired/ike.hpp"

#include <algorithm>
#include <iterator>

#include "core/addressing.hpp"
#include "core/desired/people.hpp"
#include "core/tunnels/connections.hpp"

namespace kaido {

namespace {

void add_people(IkeDesired& desired, const Board& board) {
  if (!ikev2_for_people(board.model)) return;
  desired.credentials.revocations = board.identities.people_revocations;
  if (!board.admissions.known) {
    desired.kept_prefix = kPeopleConnectionPrefix;
    return;
  }
  for (const auto& [name, admission] : board.admissions.connections)
    std::ranges::move(person_connections(board, name, admission),
                      std::back_inserter(desired.connections));
}

}  // namespace

IkeDesired desired_ike(const Board& board) {
  IkeDesired desired;
  desired.credentials.certificates = board.identities.certificates;
  desired.credentials.private_key_pem = board.identities.private_key_pem;
  for (const auto& tunnel : board.tunnels) {
    if (tunnel.transport != Transport::ikev2) continue;
    if (!tunnel.listens) {
      if (auto connection = site_connection(board, tunnel))
        desired.connections.push_back(std::move(*connection));
    } else if (!std::holds_alternative<state::Disabled>(tunnel.state)) {
      desired.connections.push_back(hub_connection(board, tunnel));
    }
  }
  add_people(desired, board);
  std::ranges::sort(desired.connections, {}, &IkeConnection::name);
  return desired;
}

}  // namespace kaido
