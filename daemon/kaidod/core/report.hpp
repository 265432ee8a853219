// What the daemon tells people and programs about itself: plain values, made for D-Bus and the CLI.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kaido/error.hpp"

namespace kaido {

struct TunnelReport {
  std::string name;      ///< site: "tokyo/a:isp1/ikev2" (hub/endpoint:uplink/transport)
                         ///< hub: "osaka:1/ikev2" (site:slot/transport)
  std::string peer;      ///< the hub's or the site's name
  std::string endpoint;  ///< site only
  std::string uplink;    ///< site only
  std::uint32_t slot = 0;
  std::string transport;           ///< "ikev2" or "wireguard"
  std::string device;              ///< interface name
  std::string state;               ///< up, connecting, back-off, waiting, listening, disabled
  std::optional<Error> reason;     ///< why it is not up, or why it last failed
  std::int64_t since = 0;          ///< seconds in this state
  std::int64_t next_attempt = -1;  ///< seconds until the next attempt; -1: none planned
  std::uint32_t failures = 0;      ///< in a row
  std::string local;               ///< outer addresses, "192.0.2.5[4500]"
  std::string remote;
  std::string inner;                  ///< own inner address
  std::string peer_inner;             ///< the peer's, where known
  std::string cipher;                 ///< as negotiated
  std::uint64_t received = 0;         ///< bytes
  std::uint64_t sent = 0;             ///< bytes
  std::int64_t last_handshake = -1;   ///< WireGuard: seconds ago; -1: never
  std::string public_key;             ///< WireGuard: own public key of this slot
  std::vector<std::string> used_for;  ///< networks (site) or "return" (hub)
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
  std::string tunnel;             ///< path in use; empty: unreachable
  std::uint32_t tunnels_up = 0;
  std::uint32_t tunnels = 0;
  // the rest: site only
  bool pinned = false;             ///< an admin said: by this path and no other
  std::string rule;                ///< why it went there: code of core/failover's Rule, "path-down"
  std::string why;                 ///< the same in a sentence with the figures of that moment
  std::string outlook;             ///< what would change it, a sentence
  std::uint32_t switches = 0;      ///< since the start, the first choice not counted
  std::int64_t switched_ago = -1;  ///< seconds since it went there; -1: never went anywhere
};

/// One path of a site: a tunnel plus what was measured through it.
struct PathReport {
  std::string name;                   ///< the tunnel's
  std::vector<std::string> networks;  ///< that use it now
  std::string hub;
  std::string endpoint;
  std::string uplink;
  std::string transport;  ///< "ikev2" or "wireguard"
  std::uint32_t slot = 0;
  std::string device;           ///< interface name
  std::string health;           ///< unusable, unproven, good, suspect, down, proving
  std::int64_t since = 0;       ///< seconds with this health and trouble
  std::string trouble;          ///< code of core/failover's Trouble, "upload-dead"; empty: none
  std::optional<Error> reason;  ///< its condition, with the figures; or why the tunnel is not up

  // the last minute: shares from 0 to 1; -1: not known
  double loss = -1;       ///< of the round trip
  double loss_up = -1;    ///< towards the hub
  double loss_down = -1;  ///< from the hub
  // round trips of the last 64 answers, the hub's turnaround taken out: microseconds; -1: not known
  std::int64_t rtt_min = -1;
  std::int64_t rtt_median = -1;
  std::int64_t rtt_p95 = -1;
  std::int64_t jitter = -1;     ///< RFC 3550 §6.4.1
  std::uint64_t reordered = 0;  ///< answers that came after a later one, since the start
  std::int64_t age = -1;        ///< milliseconds since the last answer; -1: never

  std::uint32_t size = 0;       ///< bytes of the largest inner packet proved; 0: not known
  std::uint32_t full_size = 0;  ///< bytes that the tunnel's MTU allows
  std::int64_t size_age = -1;   ///< seconds since `size` was proved; -1: never

  std::uint32_t probe_interval = 0;  ///< milliseconds at present
  double cost_kbit = 0;      ///< of probing at present: kbit/s of outer bytes, both directions
  double cost_gb_month = 0;  ///< the same: 10^9 bytes in 30 days
  double cost = -1;          ///< what the choice compares, lower is better; -1: cannot be used
  std::int64_t hold = 0;     ///< seconds for which it still has to stay good to be preferred again

  // the last 60 seconds, one figure each, oldest first; -1: nothing measured
  std::vector<std::int32_t> loss_history;   ///< of the round trip, tenths of a percent
  std::vector<std::int32_t> delay_history;  ///< round trip, units of 100 microseconds
};

struct ConditionReport {
  Error error;
  std::string subject;     ///< a tunnel, an uplink, "charon" …
  std::int64_t since = 0;  ///< seconds
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
  std::int64_t time = 0;      ///< microseconds since 1970
  std::uint8_t priority = 6;  ///< syslog: 3 error, 4 warning, 5 notice, 6 info, 7 debug
  std::string id;             ///< stable, e.g. "TUNNEL_UP"
  std::string subject;
  std::string text;
};

}  // namespace kaido
