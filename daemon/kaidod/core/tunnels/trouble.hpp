// What a person is told of a site's uplinks and tunnels: each cause once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/board.hpp"

namespace kaido {

/// A family that an endpoint needs cannot go by this uplink. Grave when none of them can.
[[nodiscard]] std::optional<Error> uplink_trouble(const Board& board, std::size_t uplink);

/// The worst of what the clock says of the certificate and its authorities: none is valid outside
/// of its time, and the last three weeks are a warning. `wall_time` in seconds since 1970.
[[nodiscard]] std::optional<Error> certificate_trouble(const Identities& identities,
                                                       std::int64_t wall_time);

/// By "tunnel NAME": those that are tried in vain, grave unless every network that they lead to
/// goes by another one. What they wait for (an uplink, charon, the firewall) is a trouble of its
/// own, and so are the reasons in `told`. Empty on a hub: sites come and go.
[[nodiscard]] std::map<std::string, Error> tunnel_troubles(const Board& board,
                                                           const std::set<Condition>& told);

}  // namespace kaido
