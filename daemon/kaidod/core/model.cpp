#include "core/model.hpp"

#include <algorithm>

namespace kaido {

const char* to_string(Role role) {
  switch (role) {
    case Role::branch:
      return "branch";
    case Role::hub:
      return "hub";
  }
  return "unknown";
}

const char* to_string(OwnTraffic own_traffic) {
  return own_traffic == OwnTraffic::uplink ? "uplink" : "tunnels";
}

const char* to_string(Transport transport) {
  switch (transport) {
    case Transport::ikev2:
      return "ikev2";
    case Transport::wireguard:
      return "wireguard";
  }
  return "unknown";
}

std::optional<IpAddress> Slot::probe_for(Transport transport) const {
  return std::ranges::find(probe_transports, transport) == probe_transports.end() ? std::nullopt
                                                                                  : probe;
}

}  // namespace kaido
