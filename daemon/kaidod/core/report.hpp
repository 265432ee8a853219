// What the daemon tells people and programs about itself: plain values, made for D-Bus and the CLI.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kaido/error.hpp"

namespace kaido {

struct TunnelReport {
  std::string name;       ///< site: "tokyo/a:isp1/ikev2" (hub/endpoint:uplink/transport)
                          ///< hub: "osaka:1/ikev2" (site:slot/transport)
  std::string peer;       ///< the hub's or the site's name
  std::string endpoint;   ///< site only
  std::string uplink;     ///< site only
  std::uint32_t slot = 0;
  std::string transport;  ///< "ikev2" or "wireguard"
  std::string device;     ///< interface name
  std::string state;      ///< up, connecting, back-off, waiting, listening, disabled
  std::optional<Error> reason;      ///< why it is not up, or why it last failed
  std::int64_t since = 0;           ///< seconds in this state
  std::int64_t next_attempt = -1;   ///< seconds until the next attempt; -1: none planned
  std::uint32_t failures = 0;       ///< in a row
  std::string local;                ///< outer addresses, "192.0.2.5[4500]"
  std::string remote;
  std::string inner;                ///< own inner address
  std::string peer_inner;           ///< the peer's, where known
  std::string cipher;               ///< as negotiated
  std::uint64_t received = 0;       ///< bytes
  std::uint64_t sent = 0;           ///< bytes
  std::int64_t last_handshake = -1; ///< WireGuard: seconds ago; -1: never
  std::string public_key;           ///< WireGuard: own public key of this slot
  std::vector<std::string> used_for; ///< networks (site) or "return" (hub)
};

struct UplinkReport {
  std::string name;
  std::uint32_t number = 0;
  std::string device;
  std::string vrf;
  std::string state;  ///< up, down, missing, no-address, no-gateway
  std::vector<std::string> addresses;
  std::vector<std::string> gateways;
};

struct NetworkReport {
  std::string name;  ///< network (site) or site (hub)
  std::vector<std::string> prefixes;
  std::vector<std::string> hubs;  ///< in order of preference; empty on a hub
  std::string tunnel;             ///< in use; empty: unreachable
  std::uint32_t tunnels_up = 0;
  std::uint32_t tunnels = 0;
};

struct ConditionReport {
  Error error;
  std::string subject;    ///< a tunnel, an uplink, "charon" …
  std::int64_t since = 0; ///< seconds
};

struct StatusReport {
  std::string name;
  std::string role;
  std::uint32_t number = 0;
  std::string version;
  std::int64_t uptime = 0;  ///< seconds
  std::uint32_t tunnels_up = 0;
  std::uint32_t tunnels = 0;
  std::int64_t certificate_expires = 0;  ///< seconds since 1970
  std::vector<ConditionReport> conditions;
};

/// One message of the log.
struct LogEntry {
  std::int64_t time = 0;  ///< microseconds since 1970
  std::uint8_t priority = 6;  ///< syslog: 3 error, 4 warning, 5 notice, 6 info, 7 debug
  std::string id;         ///< stable, e.g. "TUNNEL_UP"
  std::string subject;
  std::string text;
};

}  // namespace kaido
