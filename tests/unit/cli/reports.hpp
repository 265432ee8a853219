// A branch gateway made up for the tests: two uplinks, a hub, a plain hub.
#pragma once

#include "snapshot.hpp"

namespace kaido::cli {

inline TunnelReport made_up_tunnel(std::string name, std::string peer, std::string state) {
  TunnelReport tunnel;
  tunnel.name = std::move(name);
  tunnel.peer = std::move(peer);
  tunnel.state = std::move(state);
  tunnel.since = 4000;
  tunnel.remote = "203.0.113.1[4500]";
  tunnel.device = "kw1";
  return tunnel;
}

inline Snapshot all_is_well() {
  Snapshot snapshot;
  snapshot.status = {.name = "osaka",
                     .role = "branch",
                     .number = 7,
                     .version = "0.1.0",
                     .uptime = 273'600,
                     .tunnels_up = 3,
                     .tunnels = 3};
  snapshot.uplinks = {
      {"isp1", 1, "eth1", "kv1", "up", {"192.168.1.5"}, {"192.168.1.1"}},
      {"isp2", 2, "eth2", "kv2", "up", {"100.64.3.7"}, {"100.64.0.1"}},
  };
  snapshot.tunnels = {made_up_tunnel("tokyo/a:isp1/ikev2", "tokyo", "up"),
                      made_up_tunnel("tokyo/b:isp2/ikev2", "tokyo", "up"),
                      made_up_tunnel("plain/a:isp1/wireguard", "plain", "up")};
  snapshot.networks = {
      {"corp", {"10.50.0.0/16"}, {"tokyo"}, "tokyo/a:isp1/ikev2", 2, 2},
      {"partner", {"10.60.0.0/24"}, {"plain"}, "plain/a:isp1/wireguard", 1, 1},
  };
  return snapshot;
}

}  // namespace kaido::cli
